import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { compiled } from './harness/compiled.ts';
import { eventually } from './harness/eventually.ts';
import { isRefused } from './harness/failure.ts';
import { hostStatus } from './harness/host.ts';
import type { Project } from './harness/project.ts';
import { needs, scenario } from './harness/scenario.ts';

const [EPERM, ENOSYS] = [1, 38];

/** What `prober attacks` reports, by call. */
const reported = (text: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([name = '', errno]) => [name, Number(errno)]),
  );

/** Calls that a filter does not refuse as other calls; the kernel itself has none of them. */
const ABSENT = ['clone3', 'unknown', 'x32'];

const expected = (names: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    names.map((name) => [name, ABSENT.includes(name) ? ENOSYS : name === 'i386_getpid' ? 0 : EPERM]),
  );

/** Without a filter these fail for other reasons, or succeed. */
const LET_THROUGH = [
  'userfaultfd',
  'keyctl',
  'add_key',
  'personality',
  'kcmp',
  'unshare',
  'fsconfig',
  'setns',
];

// What a start needs of a profile, what an exec needs besides, and what the C library of the program needs.
const OWN = [
  ...['capset', 'execve', 'clone', 'exit', 'setsid', 'rt_sigprocmask'],
  ...[
    'arch_prctl',
    'brk',
    'mmap',
    'mprotect',
    'munmap',
    'prlimit64',
    'readlinkat',
    'readlink',
    'getrandom',
    'rseq',
  ],
  ...[
    'set_tid_address',
    'set_robust_list',
    'newfstatat',
    'fstat',
    'write',
    'exit_group',
    'pause',
    // What pause(3) is on arm64.
    'ppoll',
    'keyctl',
    'openat',
  ],
];

const profile = {
  defaultAction: 'SCMP_ACT_ERRNO',
  defaultErrnoRet: 95,
  archMap: [
    { architecture: 'SCMP_ARCH_X86_64', subArchitectures: ['SCMP_ARCH_X86'] },
    { architecture: 'SCMP_ARCH_AARCH64' },
  ],
  syscalls: [
    { names: [...OWN, 'no_such_call'], action: 'SCMP_ACT_ALLOW' },
    {
      names: ['setns'],
      action: 'SCMP_ACT_ERRNO',
      errnoRet: 9,
      args: [{ index: 1, value: 0, op: 'SCMP_CMP_EQ' }],
    },
  ],
};

const COMPOSE = (() => {
  const service = (keys: string, what = 'attacks') =>
    `{rootfs: ./root, command: [/data/prober, ${what}], volumes: ["./data:/data:ro"], stop_grace_period: 0s, network_mode: none, ${keys}}`;
  return `services:
  plain: ${service('')}
  init: ${service('init: true, user: "1000"')}
  unprivileged: ${service('security_opt: [no-new-privileges], user: "1000"')}
  open: ${service('security_opt: ["seccomp:unconfined", systempaths=unconfined]')}
  all: ${service('privileged: true')}
  own: ${service('security_opt: [seccomp=own.json]')}
  keys: ${service('security_opt: [seccomp=unconfined]', 'session')}
`;
})();

const begin = async (project: Project): Promise<void> => {
  project.root();
  mkdirSync(project.path('data'));
  copyFileSync(compiled('prober'), project.path('data/prober'));
  project.write('own.json', JSON.stringify(profile));
  project.compose(COMPOSE);
  await project.up();
};

needs('busybox', 'cc')(
  'a container makes the system calls of its profile: the command, init and exec [kernel]',
  async (t, project) => {
    // Red without: the seccomp(2) step in privileges.ts; for init and exec, the confinement in init.ts and join.ts
    await begin(project);
    const attacksOf = async (service: string) =>
      reported(
        await eventually(`the calls of ${service} are made`, async () => {
          const log = await project.logs(service);
          if (!/^unknown \d+\n/m.test(log) || !log.endsWith('\n')) throw new Error(log);
          return log;
        }),
      );
    for (const service of ['plain', 'init', 'unprivileged']) {
      const started = await attacksOf(service);
      t.deepEqual(started, expected(Object.keys(started)), service);
      t.deepEqual(
        reported(await project.exec(service, '/data/prober', 'now')),
        started,
        `exec in ${service}`,
      );
      const { Pid } = await project.container(service);
      t.is(hostStatus(Pid, 'Seccomp'), '2', `PID 1 of ${service}`);
      t.is(hostStatus(Pid, 'CapEff'), service === 'plain' ? '00000000a80425fb' : '0000000000000000', service);
    }
    for (const service of ['open', 'all']) {
      const calls = await attacksOf(service);
      t.deepEqual(
        LET_THROUGH.filter((name) => calls[name] === EPERM),
        [],
        service,
      );
      const { Pid } = await project.container(service);
      t.is(hostStatus(Pid, 'Seccomp'), hostStatus('self', 'Seccomp'), service);
    }
    const own = await attacksOf('own');
    t.deepEqual([own.setns, own.mount, own.keyctl], [9, 95, 0]);
    t.is(reported(await project.exec('own', '/data/prober', 'now')).setns, 9);
    // Red without: the keyctl(2) step in privileges.ts
    const outside = execFileSync(compiled('prober'), ['session'], { encoding: 'utf8' }).trim();
    t.regex(outside, /^\d+$/);
    const inside = await eventually('its keyring is known', async () => {
      const [, number] = /^(\d+)\n/.exec(await project.logs('keys')) ?? [];
      if (number === undefined) throw new Error('not yet');
      return number;
    });
    const joined = await project.exec('open', '/data/prober', 'session');
    t.is(new Set([outside, inside, joined]).size, 3);
    t.regex(await project.exec('open', 'cat', '/proc/1/mountinfo'), /^(?!.* \/proc\/kcore )/s);
  },
);

scenario(
  'a profile that the kernel does not take, or that refuses the start itself, is told where it is named',
  async (t, project) => {
    const rules = Array.from({ length: 1500 }, (_, value) => ({
      names: ['prctl'],
      action: 'SCMP_ACT_ALLOW',
      args: [{ index: 1, value, op: 'SCMP_CMP_EQ' }],
    }));
    project.write('large.json', JSON.stringify({ defaultAction: 'SCMP_ACT_ERRNO', syscalls: rules }));
    project.write(
      'mean.json',
      JSON.stringify({
        defaultAction: 'SCMP_ACT_ERRNO',
        syscalls: [{ names: ['capset', 'read'], action: 'SCMP_ACT_ALLOW' }],
      }),
    );
    project.compose(`services:
  large:
    command: "true"
    security_opt: [seccomp=large.json]
  mean:
    command: "true"
    security_opt: [seccomp=mean.json]
`);
    isRefused(t, await project.tscompose('up', '-d', 'large'), {
      errors: ['invalid-value'],
      at: ['compose.yaml:4:19'],
      says: /`large.json` makes a filter of \d+ instructions/,
    });
    isRefused(t, await project.tscompose('up', '-d', 'mean'), {
      code: 126,
      errors: ['step-failed'],
      says: /allow `execve` in the profile/,
    });
  },
);

// runc 1.1 of Debian 12 has libseccomp 2.5.4.
const KNOWN: readonly { readonly calls: RegExp; readonly why: string }[] = [
  { calls: /^(native|i386) 4(5[7-9]|6[0-6]) /, why: 'from statmount(2) on, calls are newer than its tables' },
  { calls: /^native 135 /, why: 'it compares 64 bits of the int that personality(2) takes' },
];

needs(
  'runc',
  'busybox',
  'cc',
)(
  'every system call ends as it does under runc with the same profile, apart from known differences',
  async (t, project) => {
    // Red without: `unknownFrom` in rules.ts
    copyFileSync(compiled('prober'), join(project.ownRoot(), 'bin/prober'));
    project.compose('services: {web: {rootfs: ./root, command: [prober, all]}}');
    await project.ok('explain', 'web', '--format', 'oci', '-o', 'bundle');
    const config = JSON.parse(project.read('bundle/config.json'));
    const root = { ...config.root, path: project.path('root') };
    project.write('bundle/config.json', JSON.stringify({ ...config, root }));
    const words = ['--root', project.path('state'), 'run', '-b', project.path('bundle'), project.name];
    const theirs = await project.launch('runc', words).ended;
    t.is(theirs.code, 0, theirs.stderr);
    const ours = (await project.ok('run', '--rm', '-T', 'web')).trim().split('\n');
    const listed = theirs.stdout.trim().split('\n');
    t.is(ours.length, listed.length);
    // On x64 with the calls of i386 besides.
    t.true(ours.length > (process.arch === 'x64' ? 700 : 350));
    const their = new Set(listed);
    const isKnown = (line: string) => KNOWN.some(({ calls }) => calls.test(line));
    t.deepEqual(
      ours.filter((line) => !their.has(line) && !isKnown(line)),
      [],
    );
  },
);
