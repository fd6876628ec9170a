import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { cgroupFile, hostStatus, isUnified, namespaceOf, statusOf } from './harness/host.ts';
import { needs } from './harness/scenario.ts';
import { roots, shell, stays } from './harness/yaml.ts';

for (const { where, rootfs } of roots) {
  const scenario = rootfs === 'host' ? needs() : needs('busybox');

  const web = (keys: string): string =>
    `services:\n  web:\n    rootfs: ${rootfs}\n    stop_grace_period: 0s\n    ${keys}\n`;

  scenario(
    `1 the child is PID 1 in its own PID namespace, with another PID outside (${where})`,
    async (t, project) => {
      project.root();
      project.compose(web(shell('echo $$; exec sleep 1000')));
      const { stderr } = await project.tscompose('up', '-d');
      const { Pid } = await project.container('web');
      t.true(Pid > 1);
      t.true(stderr.includes(`web-1 Started (PID 1 inside, ${Pid} outside)`), stderr);
      t.is(statusOf(await project.exec('web', 'cat', '/proc/1/status'), 'Pid'), '1');
      t.is(hostStatus(Pid, 'NSpid').split('\t').at(-1), '1');
      t.is(await project.ok('logs', '--no-log-prefix'), '1\n');
    },
  );

  scenario(
    `2 own UTS, PID, mount, network, IPC namespaces, different inodes from the host's (${where})`,
    async (t, project) => {
      project.root();
      project.compose(web('command: [sleep, "1000"]'));
      await project.up();
      const { Pid } = await project.container('web');
      for (const kind of ['uts', 'pid', 'mnt', 'net', 'ipc', 'cgroup'])
        t.not(namespaceOf(Pid, kind), namespaceOf('self', kind), kind);
      t.is(await project.exec('web', 'readlink', '/proc/self/ns/net'), namespaceOf(Pid, 'net'));
      t.is(await project.exec('web', 'readlink', '/proc/self/ns/mnt'), namespaceOf(Pid, 'mnt'));
    },
  );

  scenario(`3 mounts made inside never reach the host (${where})`, async (t, project) => {
    project.root();
    project.compose(web(`cap_add: [SYS_ADMIN]\n    command: [sleep, "1000"]`));
    // Other projects of the machine mount and unmount meanwhile.
    const source = `made-inside-${project.name}`;
    const isOfIt = (line: string): boolean => line.includes(source) || line.includes(`/${project.name}/`);
    const found = () => readFileSync('/proc/self/mountinfo', 'utf8').split('\n').filter(isOfIt);
    const before = found();
    await project.up();
    await project.exec('web', 'mount', '-t', 'tmpfs', source, '/srv');
    t.regex(await project.exec('web', 'cat', '/proc/self/mountinfo'), / \/srv .*made-inside/);
    t.deepEqual(found(), before);
  });

  scenario(`4 hostname set, the host's unchanged (${where})`, async (t, project) => {
    const before = hostname();
    project.root();
    project.compose(web('hostname: lantern\n    command: [hostname]'));
    t.is(await project.ok('run', '--rm', 'web'), 'lantern\n');
    t.is(
      await project.ok('run', '--rm', 'web', 'cat', '/proc/sys/kernel/hostname', '/etc/hostname'),
      'lantern\nlantern\n',
    );
    t.is(hostname(), before);
  });

  scenario(`5 the root is changed (pivot_root), the old one unreachable (${where})`, async (t, project) => {
    project.root();
    const secret = project.write('secret', 'of the host\n');
    project.compose(web('command: [sleep, "1000"]'));
    await project.up();
    const { Pid } = await project.container('web');
    t.is(readlinkSync(`/proc/${Pid}/root`), '/');
    const mounts = readFileSync(`/proc/${Pid}/mountinfo`, 'utf8').trim().split('\n');
    t.deepEqual(
      mounts.filter((line) => line.split(' ')[4] === '/').map((line) => / - (\S+) /.exec(line)?.[1]),
      ['overlay'],
    );
    t.is(
      await project.exec('web', 'sh', '-c', `cat ${secret} 2>/dev/null || echo unreachable`),
      'unreachable',
    );
    t.is(await project.exec('web', 'sh', '-c', `cd ../../.. && test ! -e .${secret} && pwd`), '/');
  });

  scenario(`6 working directory is / or working_dir (${where})`, async (t, project) => {
    project.root();
    project.compose(web('command: [pwd]'));
    t.is(await project.ok('run', '--rm', 'web'), '/\n');
    project.compose(web('command: [pwd]\n    working_dir: /srv/made/when/missing'));
    t.is(await project.ok('run', '--rm', 'web'), '/srv/made/when/missing\n');
    t.is(await project.ok('run', '--rm', '-w', '/tmp', 'web'), '/tmp\n');
  });

  scenario(`7 /proc is the container's own and gone afterwards (${where})`, async (t, project) => {
    project.root();
    project.compose(web(stays()));
    await project.up();
    const processes = (await project.exec('web', 'ls', '/proc'))
      .split('\n')
      .filter((name) => /^\d+$/.test(name));
    t.true(processes.includes('1') && processes.length < 6, processes.join(' '));
    t.is(await project.exec('web', 'sh', '-c', 'stat -f -c %T /proc'), 'proc');
    await project.takeDown();
    t.false(readFileSync('/proc/self/mountinfo', 'utf8').includes(project.directory));
    t.false(existsSync(project.runDirectory) && readdirSync(project.runDirectory).length > 0);
  });

  scenario(
    `8 memory limit through v2 memory.max, else v1 memory.limit_in_bytes, the process in the cgroup (${where})`,
    async (t, project) => {
      project.root();
      project.compose(web('memory: 48m\n    command: [sleep, "1000"]'));
      await project.up();
      const { Pid, Name } = await project.container('web');
      t.is(cgroupFile(Pid, 'memory', isUnified() ? 'memory.max' : 'memory.limit_in_bytes'), String(48 << 20));
      t.true(cgroupFile(Pid, 'memory', 'cgroup.procs').split('\n').includes(String(Pid)));
      t.regex(readFileSync(`/proc/${Pid}/cgroup`, 'utf8'), new RegExp(`/${Name}$`, 'm'));
    },
  );

  scenario(
    `9 any command with its arguments, stdin, stdout and stderr of the caller, exit code passed on (${where})`,
    async (t, project) => {
      project.root();
      project.compose(web('command: ["true"]'));
      const script = 'printf "[%s]" "$@"; cat; echo to stderr >&2; exit 23';
      const words = ['run', '--rm', 'web', 'sh', '-c', script, 'sh', 'two words', '', '--rm', '$HOME'];
      const result = await project.begin(words, { input: 'from stdin' }).ended;
      t.is(result.stdout, '[two words][][--rm][$HOME]from stdin');
      t.regex(result.stderr, /^to stderr$/m);
      t.is(result.code, 23);
    },
  );

  needs(...(rootfs === 'host' ? [] : (['busybox'] as const)), 'script')(
    `9 interactively with a pty (${where})`,
    async (t, project) => {
      project.root();
      project.compose(web('command: ["true"]'));
      const inside = 'until stty size | grep -q ^40; do :; done; stty size; tty; read code; exit $code';
      const line = `stty rows 40 cols 100; ${project.command('run', '--rm', 'web', 'sh', '-c', inside)}`;
      const shell = project.launch('script', ['-qec', line, '/dev/null'], { interactive: true });
      // It goes on when this was seen: the kernel may drop what a terminal's session prints at its very end.
      await shell.prints(/40 100\s+\/dev\/pts\/0\s/);
      shell.stdin.write('5\n');
      t.is((await shell.ended).code, 5);
    },
  );

  needs(...(rootfs === 'host' ? [] : (['busybox'] as const)), 'strace')(
    `10 re-execution through /proc/self/exe (${where})`,
    async (t, project) => {
      project.root();
      project.compose(web('command: ["true"]'));
      const trace = project.path('trace');
      const words = [
        '-f',
        '-qq',
        '-e',
        'trace=execve',
        '-o',
        trace,
        ...project.words('--runner', 'reexec', 'run', '--rm', 'web'),
      ];
      t.is((await project.launch('strace', words).ended).code, 0);
      t.regex(project.read('trace'), /execve\("\/proc\/self\/exe", \["tscompose", .*"init"\]/);
    },
  );

  scenario(`11 an unknown command is an error that names it (${where})`, async (t, project) => {
    project.root();
    project.compose(web('command: [no-such-program, --flag]'));
    const { code, stderr } = await project.tscompose('up', '-d');
    t.is(code, 127);
    t.regex(stderr, /error\[command-not-found\].*`no-such-program`/);
  });
}

/** The host's, without those of other scenarios, which come and go. */
