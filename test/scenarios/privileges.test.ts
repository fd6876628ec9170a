import { readFileSync } from 'node:fs';
import { hostStatus, statusOf } from './harness/host.ts';
import { needs, scenario } from './harness/scenario.ts';
import { roots, stays } from './harness/yaml.ts';

const capabilities = (status: string) => {
  const [inheritable, permitted, effective, bounding, ambient] = [
    'CapInh',
    'CapPrm',
    'CapEff',
    'CapBnd',
    'CapAmb',
  ].map((field) => statusOf(status, field));
  return { inheritable, permitted, effective, bounding, ambient };
};
const none = '0'.repeat(16);
/** What this machine has to give. */
const all = hostStatus('self', 'CapBnd');
const docker = '00000000a80425fb';

const cases = [
  ['the 14 capabilities of Docker', '', docker, docker],
  ['cap_add', 'cap_add: [NET_ADMIN]', '00000000a80435fb', '00000000a80435fb'],
  ['cap_drop', 'cap_drop: [CAP_CHOWN, mknod]', '00000000a00425fa', '00000000a00425fa'],
  [
    'cap_drop of all but what is added',
    'cap_drop: [ALL], cap_add: [KILL]',
    '0000000000000020',
    '0000000000000020',
  ],
  ['cap_add of all', 'cap_add: [ALL]', all, all],
  ['privileged', 'privileged: true', all, all],
  ['another user: only the bounding set stays', 'user: "1000"', none, docker],
] as const;

for (const { where, rootfs } of roots) {
  const inRoot = rootfs === 'host' ? scenario : needs('busybox');

  for (const [title, keys, effective, bounding] of rootfs === 'host' ? cases : cases.slice(0, 1))
    inRoot(`capabilities: ${title} (${where})`, async (t, project) => {
      project.root();
      project.compose(`services:\n  web: { rootfs: ${rootfs}, command: [cat, /proc/1/status], ${keys} }\n`);
      t.deepEqual(capabilities(await project.ok('run', '--rm', 'web')), {
        inheritable: none,
        permitted: effective,
        effective,
        bounding,
        ambient: none,
      });
    });

  inRoot(
    `PID 1 has umask 0022, no signal ignored or blocked, and three descriptors (${where})`,
    async (t, project) => {
      project.root();
      project.compose(
        `services:\n  web: { rootfs: ${rootfs}, command: [sleep, "1000"], stop_grace_period: 0s }\n`,
      );
      await project.up();
      const { Pid } = await project.container('web');
      for (const status of [
        readFileSync(`/proc/${Pid}/status`, 'utf8'),
        await project.exec('web', 'cat', '/proc/self/status'),
      ]) {
        t.is(statusOf(status, 'Umask'), '0022');
        t.is(statusOf(status, 'SigIgn'), none);
        t.is(statusOf(status, 'SigBlk'), none);
        t.is(statusOf(status, 'NoNewPrivs'), '0');
      }
      t.is((await project.exec('web', 'ls', '/proc/1/fd')).split('\n').join(' '), '0 1 2');
      t.is((await project.exec('web', 'ls', '/proc/self/fd')).split('\n').join(' '), '0 1 2 3', '3 is of ls');
      t.is(await project.exec('web', 'cat', '/proc/1/oom_score_adj'), '0');
    },
  );

  inRoot(
    `masked paths show nothing, and kernel settings cannot be written (${where})`,
    async (t, project) => {
      project.root();
      project.compose(`services:\n  web: { rootfs: ${rootfs}, ${stays()} }\n`);
      await project.up();
      const look =
        'for f in /proc/kcore /proc/keys /proc/timer_list /proc/interrupts; do test ! -e $f || head -c 9 $f; done; ls /sys/firmware /proc/acpi 2>/dev/null | grep -v :';
      t.is((await project.attempt('web', 'sh', '-c', look)).stdout.trim(), '');
      for (const file of [
        '/proc/sys/kernel/hostname',
        '/proc/sysrq-trigger',
        '/sys/kernel/mm/ksm/run',
        '/sys/fs/cgroup/x',
      ])
        t.not((await project.attempt('web', 'sh', '-c', `echo 0 >${file}`)).code, 0, file);
    },
  );

  inRoot(`/dev holds Docker's nodes and links and nothing of the host's (${where})`, async (t, project) => {
    project.root();
    project.compose(`services:\n  web: { rootfs: ${rootfs}, ${stays()} }\n`);
    await project.up();
    const names = (await project.exec('web', 'ls', '/dev')).split('\n');
    t.deepEqual(
      names.filter((name) => name !== 'core'),
      [
        'fd',
        'full',
        'mqueue',
        'null',
        'ptmx',
        'pts',
        'random',
        'shm',
        'stderr',
        'stdin',
        'stdout',
        'tty',
        'urandom',
        'zero',
      ],
    );
    t.is(
      await project.exec('web', 'stat', '-c', '%a %t:%T', '/dev/null', '/dev/tty', '/dev/zero'),
      '666 1:3\n666 5:0\n666 1:5',
    );
    await project.exec('web', 'sh', '-c', 'head -c 10 /dev/urandom >/dev/null && echo x >/dev/stdout');
  });
}

scenario("user and group by number and by name; groups are only the user's own", async (t, project) => {
  const id = async (user: string) => {
    project.compose(`services:\n  web: { command: [id], user: "${user}" }\n`);
    return project.ok('run', '--rm', 'web');
  };
  t.regex(await id('1234:4321'), /^uid=1234 gid=4321 groups=4321$/m);
  t.regex(await id('1234'), /^uid=1234 gid=0\(root\) groups=0\(root\)$/m);
  t.regex(await id('nobody'), /^uid=65534\(nobody\) gid=65534/m);
  t.regex(await id('www-data:tty'), /^uid=33\(www-data\) gid=5\(tty\)/m);
});

needs('busybox')('names come from the passwd and group files of the root', async (t, project) => {
  project.root();
  const run = async (user: string, ...command: readonly string[]) => {
    project.compose(`services:\n  web: { rootfs: ./root, command: ["true"], user: "${user}" }\n`);
    return (await project.ok('run', '--rm', 'web', ...command)).trim();
  };
  t.is(await run('alice', 'id'), 'uid=1000(alice) gid=1001(staff) groups=60(games),63(audio),1001(staff)');
  t.is(await run('alice:audio', 'id', '-g'), '63');
  t.is(await run('alice', 'sh', '-c', 'echo $HOME'), '/home/alice');
  t.is(await run('0', 'id', '-G'), '0 63');
});

scenario('ulimits, and otherwise the RLIMIT_NOFILE of the shell that called', async (t, project) => {
  project.compose(`services:
  plain: { command: [sh, -c, "ulimit -Sn; ulimit -Hn"] }
  own: { command: [sh, -c, "ulimit -Sn; ulimit -Hn; ulimit -c"], ulimits: { nofile: { soft: 300, hard: 400 }, core: 0 } }
`);
  const shell = (line: string) => project.launch('sh', ['-c', line]).ended;
  t.is(
    (await shell(`ulimit -Sn 512; ${project.command('run', '--rm', 'plain')}`)).stdout.split('\n')[0],
    '512',
  );
  await project.change('down');
  t.is((await shell(`ulimit -n 600; ${project.command('run', '--rm', 'plain')}`)).stdout, '600\n600\n');
  await project.change('down');
  const replaced = await shell(`ulimit -n 700; exec ${project.command('run', '--rm', 'plain')}`);
  t.is(replaced.stdout, '700\n700\n', replaced.stderr);
  t.is(await project.ok('run', '--rm', 'own'), '300\n400\n0\n');
});

scenario('sysctls are set in the container and not on the host [kernel]', async (t, project) => {
  const host = readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8');
  project.compose(`services:
  web: { ${stays()}, sysctls: { net.ipv4.ip_forward: 1, net.core.somaxconn: 777, kernel.shmmax: "123456789" } }
`);
  await project.up();
  const read = (...names: readonly string[]) =>
    project.exec('web', 'cat', ...names.map((name) => `/proc/sys/${name}`));
  t.is(await read('net/ipv4/ip_forward', 'net/core/somaxconn', 'kernel/shmmax'), '1\n777\n123456789');
  t.is(await read('net/ipv4/ip_unprivileged_port_start'), '0');
  t.is(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'), host);
});

scenario("nothing of the caller's environment reaches a container", async (t, project) => {
  project.compose('services:\n  web: { command: [env] }\n');
  const { stdout } = await project.begin(['run', '--rm', 'web'], { env: { SECRET: 'of the host' } }).ended;
  const names = stdout
    .trim()
    .split('\n')
    .map((line) => line.split('=')[0])
    .toSorted();
  t.deepEqual(names, ['HOME', 'HOSTNAME', 'PATH']);
});
