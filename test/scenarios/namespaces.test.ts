import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { eventually } from './harness/eventually.ts';
import { isRefused } from './harness/failure.ts';
import { cgroupPath, isAlive, isUnified, namespaceOf } from './harness/host.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';

const sleeper = (keys = ''): string => `{ command: [sleep, "1000"], stop_grace_period: 0s, ${keys} }`;

const pidOf = async (project: Project, service: string): Promise<number> =>
  (await project.container(service)).Pid;

scenario('uts, ipc, pid and cgroup of the host', async (t, project) => {
  project.compose(`services:
  all: ${sleeper('pid: host, ipc: host, uts: host, cgroup: host, userns_mode: host')}
  own: ${sleeper('ipc: private, cgroup: private')}
`);
  const { stderr } = await project.tscompose('up', '-d');
  t.notRegex(stderr, /warning/);
  const [all, own] = [await pidOf(project, 'all'), await pidOf(project, 'own')];
  for (const kind of ['pid', 'ipc', 'uts', 'cgroup']) {
    t.is(namespaceOf(all, kind), namespaceOf('self', kind), kind);
    t.not(namespaceOf(own, kind), namespaceOf('self', kind), kind);
  }
  for (const kind of ['mnt', 'net']) t.not(namespaceOf(all, kind), namespaceOf('self', kind), kind);
  const hostname = readFileSync('/proc/sys/kernel/hostname', 'utf8').trim();
  t.is(await project.exec('all', 'cat', '/proc/sys/kernel/hostname'), hostname);
  t.is(await project.exec('all', 'cat', '/etc/hostname'), hostname);
  t.is(await project.exec('all', 'sh', '-c', 'echo $HOSTNAME'), hostname);
  t.is(
    await project.exec('all', 'cat', `/proc/${process.pid}/comm`),
    readFileSync('/proc/self/comm', 'utf8').trim(),
  );
  t.regex(await project.exec('all', 'sh', '-c', 'grep " /dev/shm " /proc/self/mountinfo'), /nosuid/);
  t.regex(await project.exec('all', 'ls', '/sys/fs/cgroup'), /./);
  t.regex(
    await project.exec('all', 'sh', '-c', 'ls -l /proc/keys; wc -c < /proc/keys'),
    /^0$/m,
    'still masked',
  );
});

scenario(
  'two services in one PID namespace see each other; the end of the first is that of both',
  async (t, project) => {
    project.compose(`services:
  db: ${sleeper()}
  web: ${sleeper('pid: "service:db"')}
`);
    await project.up();
    const [db, web] = [await pidOf(project, 'db'), await pidOf(project, 'web')];
    t.is(namespaceOf(web, 'pid'), namespaceOf(db, 'pid'));
    t.not(namespaceOf(web, 'mnt'), namespaceOf(db, 'mnt'));
    t.not(namespaceOf(web, 'ipc'), namespaceOf(db, 'ipc'));
    const seen = 'for p in /proc/[0-9]*; do readlink $p/exe; done | grep -c sleep';
    t.is(await project.exec('web', 'sh', '-c', seen), '2');
    t.is(await project.exec('db', 'sh', '-c', seen), '2');
    await project.change('kill', 'db');
    await eventually('both have ended', () => !isAlive(web));
  },
);

scenario(
  'processes that a command leaves behind end with it, also without a PID 1 of its own',
  async (t, project) => {
    project.compose(`services:
  db: ${sleeper()}
  web:
    pid: "service:db"
    command: [sh, -c, "setsid sleep 2222 & sleep 2223; :"]
    stop_grace_period: 0s
`);
    await project.up();
    const pid = await pidOf(project, 'web');
    const childrenOf = (of: number) =>
      readFileSync(`/proc/${of}/task/${of}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
    await eventually('both are there', () => childrenOf(pid).length === 2);
    const left = childrenOf(pid);
    await project.change('stop', 'web');
    t.deepEqual(left.filter(isAlive), []);
    t.true(isAlive(await pidOf(project, 'db')));
  },
);

scenario(
  'a command in the PID namespace of another has a terminal, an exit code, a score, a pause and a next supervisor like any',
  async (t, project) => {
    const shared = 'pid: "service:db", stop_grace_period: 0s';
    project.compose(`services:
  db: ${sleeper()}
  web: { ${shared}, command: [sleep, "1000"] }
  typed: { ${shared}, tty: true, init: true, command: [sh, -c, "tty; exec sleep 1000"] }
  quick: { ${shared}, oom_score_adj: 300, command: [sh, -c, "cat /proc/self/oom_score_adj; exit 7"] }
  none: { ${shared}, profiles: [later], command: [nosuch] }
`);
    await project.up();
    await eventually('it has exited', async () => (await project.container('quick')).State === 'exited');
    t.is((await project.container('quick')).ExitCode, 7);
    const log = await project.ok('logs', '--no-log-prefix', 'quick', 'typed');
    t.deepEqual(log.trim().split(/\r?\n/).toSorted(), ['/dev/pts/0', '300']);
    const pid = await pidOf(project, 'web');
    t.deepEqual(readdirSync(`/proc/${pid}/fd`), ['0', '1', '2']);
    t.notRegex(await project.exec('web', 'cat', '/proc/self/mountinfo'), / \/proc \/proc /);
    isRefused(t, await project.tscompose('run', '--rm', 'none'), {
      code: 127,
      errors: ['command-not-found'],
    });
    await project.change('pause', 'web');
    t.is((await project.container('web')).State, 'paused');
    await project.change('unpause', 'web');
    process.kill(project.supervisor()!, 'SIGKILL');
    t.is(await pidOf(project, 'web'), pid);
    await project.change('stop', 'web');
    t.false(isAlive(pid));
  },
);

scenario('init: true among the processes of another reaps the orphans of its command', async (t, project) => {
  project.compose(`services:
  db: ${sleeper()}
  web:
    pid: "service:db"
    init: true
    command: [sh, -c, "(sleep 0.1 & echo orphan) ; exec sleep 1000"]
    stop_grace_period: 5s
    stop_signal: SIGTERM
`);
  await project.up();
  const pid = await pidOf(project, 'web');
  await eventually('the orphan is reaped', () => {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return /^\d+$/.test(children);
  });
  await project.change('stop', 'web');
  t.is((await project.container('web')).ExitCode, 143);
});

scenario('one /dev/shm, one set of queues and segments for two services', async (t, project) => {
  project.compose(`services:
  db: ${sleeper('ipc: shareable, shm_size: 16m')}
  web: ${sleeper('ipc: "service:db"')}
  none: ${sleeper('ipc: none')}
`);
  await project.up();
  const [db, web] = [await pidOf(project, 'db'), await pidOf(project, 'web')];
  t.is(namespaceOf(web, 'ipc'), namespaceOf(db, 'ipc'));
  t.not(namespaceOf(web, 'pid'), namespaceOf(db, 'pid'));
  await project.exec('db', 'sh', '-c', 'echo hello > /dev/shm/greeting');
  t.is(await project.exec('web', 'cat', '/dev/shm/greeting'), 'hello');
  await project.exec('web', 'sh', '-c', 'echo back > /dev/shm/answer');
  t.is(await project.exec('db', 'cat', '/dev/shm/answer'), 'back');
  t.regex(await project.exec('web', 'df', '-k', '/dev/shm'), / 16384 /);
  await project.exec('db', 'mkdir', '-p', '/tmp/q');
  await project.exec('db', 'touch', '/dev/mqueue/queue');
  t.is(await project.exec('web', 'ls', '/dev/mqueue'), 'queue');
  const mounts = await project.exec('web', 'cat', '/proc/self/mountinfo');
  t.regex(mounts, / \/dev\/shm .*nosuid,nodev,noexec/);
  t.notRegex(await project.exec('none', 'cat', '/proc/self/mountinfo'), / \/dev\/shm /);
});

scenario('a new container of the first is one of the second as well', async (t, project) => {
  const file = (memory: string) => `services:
  db: ${sleeper(`memory: ${memory}`)}
  web: ${sleeper('ipc: "service:db"')}
`;
  project.compose(file('64m'));
  await project.up();
  const before = await project.container('web');
  project.compose(file('65m'));
  const { stdout, stderr } = await project.tscompose('up', '-d');
  t.regex(stdout + stderr, /web-1/);
  const after = await project.container('web');
  t.not(after.ID, before.ID);
  t.is(namespaceOf(after.Pid, 'ipc'), namespaceOf(await pidOf(project, 'db'), 'ipc'));
  await project.change('restart', 'db');
  t.is(namespaceOf(await pidOf(project, 'web'), 'ipc'), namespaceOf(await pidOf(project, 'db'), 'ipc'));
});

scenario(
  'container:name is a container of this machine, or an error before anything starts',
  async (t, project) => {
    project.compose(`services:\n  web: ${sleeper('pid: "container:nosuch"')}\n`);
    isRefused(t, await project.tscompose('up', '-d'), {
      errors: ['no-container'],
      at: ['compose.yaml:2:64'],
    });
    project.compose(`services:
  db: ${sleeper('container_name: ns-of-db')}
  web: ${sleeper('ipc: "container:ns-of-db"')}
`);
    const isJoined = async (): Promise<boolean> =>
      t.is(namespaceOf(await pidOf(project, 'web'), 'ipc'), namespaceOf(await pidOf(project, 'db'), 'ipc'));
    await project.up();
    await isJoined();
    await project.ok('up', '-d', '--force-recreate', '--no-deps', 'db');
    await isJoined();
  },
);

scenario('run joins as well', async (t, project) => {
  project.compose(`services:
  db: ${sleeper()}
  web: ${sleeper('ipc: "service:db"')}
`);
  const inside = await project.ok('run', '--rm', 'web', 'readlink', '/proc/self/ns/ipc');
  t.is(inside.trim(), readlinkSync(`/proc/${await pidOf(project, 'db')}/ns/ipc`));
});

scenario(
  'cgroup_parent is made where it is missing, and goes again; one that was there stays',
  async (t, project) => {
    const parent = `${project.name}-jobs`;
    project.compose(`services:
  web: ${sleeper(`cgroup_parent: /${parent}/night, memory: 64m, cpuset: "0"`)}
  other: ${sleeper(`cgroup_parent: ${parent}/night`)}
`);
    await project.up();
    const pid = await pidOf(project, 'web');
    const paths = ['memory', 'cpuset', 'pids'].map((controller) => dirname(cgroupPath(pid, controller, 'x')));
    const own = `/${parent}/night/${project.name}-web-1/container`;
    for (const path of paths.slice(0, 2)) t.true(path.endsWith(own), path);
    t.true(paths[2]!.endsWith(isUnified() ? own : dirname(own)), paths[2]);
    t.regex(
      readFileSync(`/proc/${await pidOf(project, 'other')}/cgroup`, 'utf8'),
      new RegExp(`/${parent}/night/`),
    );
    await project.takeDown();
    const tops = paths.map((path) => path.slice(0, path.indexOf(parent) + parent.length));
    for (const top of tops) t.false(existsSync(top), top);
    const theirs = tops[2]!;
    mkdirSync(theirs);
    try {
      await project.up();
      await project.takeDown();
      t.true(existsSync(theirs));
      t.false(existsSync(`${theirs}/night`));
    } finally {
      rmdirSync(theirs);
    }
  },
);

scenario(
  'a cgroup_parent that two projects use goes with the last of them, whichever has made it',
  async (t, project) => {
    const parent = `${project.name}-shared`;
    const other = `${project.name}-other`;
    project.alsoTakeDown(other);
    project.compose(`services: { web: ${sleeper(`cgroup_parent: ${parent}/night`)} }\n`);
    await project.up();
    const path = cgroupPath(await pidOf(project, 'web'), 'memory', 'x');
    const top = path.slice(0, path.indexOf(parent) + parent.length);
    await project.ok('-p', other, 'up', '-d');
    await project.change('down');
    t.true(existsSync(`${top}/night`));
    await project.ok('-p', other, 'down');
    // Red without: markOwn, or isOwn, in cgroup-parents.ts.
    await eventually('nothing is left of it', () => !existsSync(top));
    t.pass();
  },
);
