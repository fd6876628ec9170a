import test from 'ava';
import { compile } from '../../src/container/compile.ts';
import { FIXED } from '../../src/container/descriptors.ts';
import type { Container } from '../../src/container/facts.ts';
import { buildArena } from '../../src/kernel/arena/build.ts';
import { ARENA_ADDRESS, resultOffset, rowOffset } from '../../src/kernel/arena/layout.ts';
import type { CgroupLayout } from '../../src/kernel/cgroup.ts';
import { type Ref, type Step, stepsOf } from '../../src/kernel/program/program.ts';
import { stepText } from '../../src/kernel/program/text.ts';
import type { Mount } from '../../src/project/model/project.ts';
import { container, facts, host, link, NONE, V1, V2 } from './samples.ts';

const texts = (described: Container, side: Step['on']): readonly string[] =>
  stepsOf(compile(described))
    .filter(({ on }) => on === side)
    .map(stepText);

const inside = (described: Container = container()): readonly string[] => texts(described, 'container');
const outside = (described: Container = container()): readonly string[] => texts(described, 'host');

/** Where the first step stands that begins so. */
const at = (steps: readonly string[], beginning: string): number => {
  const index = steps.findIndex((text) => text.startsWith(beginning));
  if (index < 0) throw new Error(`no step begins with ${beginning}`);
  return index;
};

const ORDER: readonly (readonly [first: string, then: string, why: string])[] = [
  ['mount(NULL, "/", NULL, MS_REC|MS_PRIVATE', 'mount("overlay"', 'mounts are private before the first one'],
  ['mount("overlay"', 'pivot_root', 'the root is there before it is changed'],
  ['open_tree', 'pivot_root', 'binds are held before the host is out of reach'],
  ['socket(AF_NETLINK', 'unshare(CLONE_NEWNET', 'a socket stays in the namespace that it was made in'],
  ['unshare(CLONE_NEWNET', 'sendto(491', 'there must be something for a cable to lead into'],
  ['unshare(CLONE_NEWNET', 'sethostname', 'the host would be renamed'],
  [
    'mkdirat(AT_FDCWD, "/sys/fs/cgroup/tscompose',
    'write($unified_door',
    'limits are set while nothing is in it',
  ],
  ['pivot_root', 'mount("proc"', 'mount points are found when no path leads out'],
  ['umount2(".", MNT_DETACH)', 'mount("proc"', 'the old root is gone by then'],
  ['openat2(495, "sys/', 'open_tree(AT_FDCWD, "/proc/sys"', 'sysctls are written before they are read-only'],
  [
    'open_tree(AT_FDCWD, "/proc/sys"',
    'openat2(AT_FDCWD, "/proc/interrupts"',
    'read-only binds could uncover what is masked',
  ],
  [
    'openat(AT_FDCWD, "/sys/fs/cgroup/tscompose',
    'pivot_root',
    'its cgroup is held before the host is out of reach',
  ],
  [
    'write($unified_door, "0")',
    'unshare(CLONE_NEWCGROUP)',
    'its cgroup is its own before it becomes the root of what it sees',
  ],
  ['unshare(CLONE_NEWCGROUP)', 'mount("cgroup"', 'the mount shows the namespace’s root'],
  ['prlimit64', 'prctl(PR_CAPBSET_DROP', 'limits are raised while that is allowed'],
  ['prctl(PR_CAPBSET_DROP', 'setresuid', 'the bounding set needs CAP_SETPCAP'],
  ['setgroups', 'setresgid', 'groups need CAP_SETGID'],
  ['setresgid', 'setresuid', 'groups are changed before the user'],
  ['setresuid', 'capset', 'another user would lose what was set'],
  ['close_range', 'execve', 'nothing is inherited'],
  ['prctl(PR_SET_PDEATHSIG, 0)', 'execve', 'the command outlives the supervisor'],
];

const WITH_INIT: typeof ORDER = [
  ['prctl(PR_SET_PDEATHSIG, 0)', 'clone', 'PID 1 outlives the supervisor as well'],
  ['execveat', 'seccomp(', 'execve would take away the capability that loads the filter'],
  ['seccomp(', 'clone', 'PID 1 has the filter of the command'],
  ['fcntl($status, F_SETFD, 0)', 'execveat', 'the supervisor still hears when the start is over'],
  ['execveat', 'prctl(PR_SET_NAME', 'execve would take the name away'],
  ['rt_sigprocmask(SIG_SETMASK, ~[]', 'clone', 'no signal is lost before the first is taken'],
  ['clone', 'rt_sigtimedwait([SIGCONT]', 'the command never meets a PID 1 that still holds the arena'],
  [
    'setpgid(0, 0)',
    'ioctl(0, TIOCSPGRP, [$command])',
    'the group is there before the terminal is given to it',
  ],
  ['ioctl(0, TIOCSPGRP, [$command])', 'rt_sigprocmask(SIG_SETMASK, []', 'SIGTTOU is blocked until then'],
  ['rt_sigprocmask(SIG_SETMASK, []', 'execve("', 'the command has no signal blocked'],
];

for (const [first, then, why] of WITH_INIT)
  test(`init: ${first} comes before ${then}: ${why}`, (t) => {
    const steps = inside(container({ init: true, tty: true }, { stdio: 'terminal' }));
    t.true(at(steps, first) < at(steps, then));
  });

test('without init there is no step of it', (t) => {
  t.false(inside().some((text) => /^(clone|execveat|setpgid)\(/.test(text)));
});

test('a pointer leads to the result of an earlier row', (t) => {
  const steps = stepsOf(compile(container({ init: true, tty: true }, { stdio: 'terminal' }))).filter(
    ({ on }) => on === 'container',
  );
  const born = [
    '$terminal',
    '$terminal',
    '$terminal',
    '$arena',
    '$sync',
    '$status',
    '$host.init',
    '$rules',
    '$names',
    '$etc',
    '$devpts',
  ];
  const { bytes } = buildArena(steps, born as Ref[], 'x64');
  const maker = steps.findIndex(({ call }) => call === 'getpid');
  const user = steps.findIndex((step) => step.call === 'ioctl' && step.args.includes('TIOCSPGRP'));
  const pointer = bytes.readBigUInt64LE(resultOffset(user) - 80 + 3 * 8);
  t.is(pointer, BigInt(ARENA_ADDRESS + resultOffset(maker)));
});

for (const [first, then, why] of ORDER)
  test(`${first} comes before ${then}: ${why}`, (t) => {
    t.true(at(inside(), first) < at(inside(), then));
  });

test('the first steps of all are those that protect the start', (t) => {
  t.deepEqual(inside().slice(0, 2), ['prctl(PR_SET_PDEATHSIG, SIGKILL)', 'prctl(PR_SET_DUMPABLE, 0)']);
});

test('the supervisor does nothing for a container between its birth and its release', (t) => {
  const steps = outside();
  t.is(at(steps, 'write($sync'), steps.length - 1);
  t.is(at(steps, 'setns($host.pid'), steps.length - 2);
});

const V1_WITH_NAMED: CgroupLayout = {
  ...V1,
  hierarchies: [
    ...V1.hierarchies,
    { ...V1.hierarchies[0]!, controllers: [], name: 'systemd', mountPoint: '/sys/fs/cgroup/systemd' },
    { ...V1.hierarchies[0]!, controllers: ['pids'], mountPoint: '/sys/fs/cgroup/pids', readOnly: true },
  ],
};

// Red without: a hierarchy of those in `joined` in hierarchies.ts.
test('on version 1 every hierarchy that can be written is joined, in a leaf where settings hold', (t) => {
  const steps = inside(
    container({ limits: { memory: 1 << 26 } }, { host: host({ cgroups: V1_WITH_NAMED }) }),
  );
  t.deepEqual(
    steps.flatMap((text) => /"(\/sys\/fs\/cgroup.*)\/tasks"/.exec(text)?.[1] ?? []),
    [
      '/sys/fs/cgroup/cpu,cpuacct/tscompose/app/app-web-1/container',
      '/sys/fs/cgroup/memory/tscompose/app/app-web-1/container',
      '/sys/fs/cgroup/freezer/tscompose/app/app-web-1',
      '/sys/fs/cgroup/systemd/tscompose/app/app-web-1',
    ],
  );
  t.deepEqual(
    steps.flatMap((text) => /^mount\("cgroup", "(.*?)"/.exec(text)?.[1] ?? []),
    ['cpu,cpuacct', 'memory', 'freezer', 'systemd'],
  );
});

// Red without: REAL_DIRECTORY in cgroups/mounts.ts, or with a path in place of the working directory.
test('nothing is mounted or created by a path below /sys/fs/cgroup, where a volume could have links', (t) => {
  for (const cgroups of [V1, V2]) {
    const steps = inside(container({}, { host: host({ cgroups }) }));
    const named = steps.slice(at(steps, 'pivot_root')).filter((text) => text.includes('"/sys/fs/cgroup'));
    t.deepEqual(
      [...new Set(named)].map((text) => text.replace(/ = .*/, '')),
      [
        'openat2(AT_FDCWD, "/sys/fs/cgroup", {O_PATH|O_DIRECTORY|O_CLOEXEC, RESOLVE_NO_MAGICLINKS|RESOLVE_NO_SYMLINKS})',
      ],
    );
  }
});

// Red without: the first of the two levels in `limitSteps` of cgroups.ts.
for (const [version, cgroups, file] of [
  [1, V1, 'memory/tscompose/app/app-web-1/memory.limit_in_bytes'],
  [2, V2, 'tscompose/app/app-web-1/memory.max'],
] as const)
  test(`version ${version}: a limit is set on the container’s cgroup and on the leaf below it`, (t) => {
    const steps = inside(container({ limits: { memory: 1 << 26 } }, { host: host({ cgroups }) }));
    const limited = steps.filter((text) => text.includes(file.slice(file.lastIndexOf('/'))));
    t.deepEqual(
      limited.map((text) => /"\/sys\/fs\/cgroup\/(.*?)"/.exec(text)?.[1]),
      [file, file.replace('app-web-1/', 'app-web-1/container/')],
    );
  });

test('without a limit a hierarchy has one level, but not where containers have weights', (t) => {
  const steps = inside(container({}, { host: host({ cgroups: V1 }) }));
  const made = steps.flatMap((text) => /mkdirat\(AT_FDCWD, "(.*\/app-web-1.*?)"/.exec(text)?.[1] ?? []);
  t.deepEqual(made, [
    '/sys/fs/cgroup/cpu,cpuacct/tscompose/app/app-web-1',
    '/sys/fs/cgroup/cpu,cpuacct/tscompose/app/app-web-1/container',
    '/sys/fs/cgroup/memory/tscompose/app/app-web-1',
    '/sys/fs/cgroup/freezer/tscompose/app/app-web-1',
  ]);
});

test('without cgroups it starts all the same', (t) => {
  const described = container({ limits: { memory: 1 << 26 } }, { host: host({ cgroups: NONE }) });
  t.false(outside(described).some((text) => text.includes('cgroup')));
  t.false(inside(described).some((text) => text.startsWith('mount("cgroup"')));
});

test('a command without a slash is tried along PATH, and only the last directory must have it', (t) => {
  const steps = stepsOf(compile(container({ command: ['server', '-v'], environment: { PATH: '/a:/b' } })));
  const tries = steps.filter(({ call }) => call === 'execve');
  t.deepEqual(
    tries.map((step) => (step.call === 'spawn' ? '' : step.args[0])),
    ['/a/server', '/b/server'],
  );
  t.deepEqual(
    tries.map(({ tolerate }) => tolerate),
    ['ENOENT', undefined],
  );
});

test('a terminal is made on the host and mounted in the container', (t) => {
  const described = container({ tty: true }, { stdio: 'terminal' });
  t.true(outside(described).includes('ioctl($master, TIOCGPTPEER, O_RDWR|O_NOCTTY|O_CLOEXEC) = $terminal'));
  t.true(inside(described).some((text) => text.startsWith('move_mount($devpts')));
  t.true(inside(described).includes('ioctl(0, TIOCSCTTY, 0)'));
});

test('a read-only bind is read-only before it is anywhere to be seen', (t) => {
  const mount = {
    kind: 'bind',
    from: 'services.web.volumes[0]',
    target: '/data',
    readOnly: true,
    source: '/srv',
    createHostPath: false,
  } as const;
  const steps = inside(container({ mounts: [mount] }));
  const sealed = steps.findIndex((text) => text.includes('AT_RECURSIVE, {MOUNT_ATTR_RDONLY'));
  t.true(sealed >= 0 && sealed < at(steps, 'openat2(AT_FDCWD, "/data"'));
});

test('a part of a volume is opened from a descriptor of the volume', (t) => {
  const mount = {
    kind: 'volume',
    from: 'services.web.volumes[0]',
    target: '/data',
    readOnly: false,
    volume: 'app_data',
    subpath: 'a/b',
  } as const;
  const volume = { name: 'app_data', data: '/state/.volumes/app_data/data', subpath: 'a/b' };
  const steps = inside(
    container({ mounts: [mount] }, { facts: facts({ volumes: new Map([['/data', volume]]) }) }),
  );
  const root = at(steps, 'openat(AT_FDCWD, "/state/.volumes/app_data/data"');
  // Red without: RESOLVE_IN_ROOT of IN_VOLUME in mounts.ts.
  const part = at(steps, 'openat2($volume, "a/b", {O_PATH|O_CLOEXEC, RESOLVE_IN_ROOT|RESOLVE_NO_MAGICLINKS}');
  t.true(root < part && part < at(steps, 'open_tree($part, "", OPEN_TREE_CLONE'));
});

const bind = (target: string) =>
  ({
    kind: 'bind',
    from: 'services.web.volumes[0]',
    target,
    readOnly: false,
    source: '/srv',
    createHostPath: false,
  }) as const;

test('device nodes are made by descriptor, and null is open before a volume can replace it', (t) => {
  const steps = inside(container({ mounts: [bind('/dev/null')] }));
  const opened = at(steps, 'openat(498, "null"');
  t.true(at(steps, 'mknodat(498, "tty"') < opened);
  t.true(opened < at(steps, 'openat2(AT_FDCWD, "/dev/null"'));
});

test('a service with its own /dev gets no device nodes; its null device is in a file system below', (t) => {
  const steps = inside(container({ mounts: [bind('/dev')] }));
  t.deepEqual(
    steps.filter((text) => text.startsWith('mknodat(')),
    ['mknodat(498, "null", S_IFCHR|0666, makedev(1, 3))'],
  );
  t.true(at(steps, 'openat(498, "null"') < at(steps, 'openat2(AT_FDCWD, "/dev", {O_PATH|O_CLOEXEC,'));
});

test('device rules can be replaced below by the supervisor alone', (t) => {
  const flags = (capAdd: readonly string[]) =>
    /BPF_F_\w+/.exec(inside(container({ capAdd })).find((text) => text.startsWith('bpf(')) ?? '')?.[0];
  t.is(flags([]), 'BPF_F_ALLOW_OVERRIDE');
  t.is(flags(['CAP_NET_ADMIN']), 'BPF_F_ALLOW_OVERRIDE');
  // Such a container could attach a program of its own.
  t.is(flags(['CAP_SYS_ADMIN']), 'BPF_F_ALLOW_MULTI');
  t.is(flags(['CAP_BPF']), 'BPF_F_ALLOW_MULTI');
});

test('standard input is the null device of the container, unless it is open', (t) => {
  const replaced = (hasInput: boolean) =>
    inside(container({}, { hasInput })).some((text) => text.startsWith('dup3(497, 0'));
  t.true(replaced(false));
  t.false(replaced(true));
  t.true(
    outside(container({}, { hasInput: true })).includes(
      'spawn($stdin, $host.null, $host.null, $arena, $sync, $status, $rules, $names, $etc)',
    ),
  );
});

test('privileged masks nothing and drops nothing', (t) => {
  const steps = inside(container({ privileged: true }));
  t.false(steps.some((text) => text.includes('PR_CAPBSET_DROP') || text.includes('/proc/kcore", {')));
});

// Red without: latestAlike in any of the files that import it.
test('containers of services with the same settings share all steps but those that name the container', (t) => {
  const limits = { memory: 64 << 20, cpus: 0.5, pids: 100 };
  const programs = ['one', 'two', 'one'].map((name) => {
    const described = container({ limits, sysctls: { 'kernel.shmmax': '1' } }, { host: MACHINE, name });
    const { config, places } = described;
    return compile({
      ...described,
      inheritance: NOTHING,
      config: { ...config, hostname: name, process: { ...config.process, env: [name] } },
      places: { ...places, run: `/run/${name}`, layer: `/layers/${name}`, cgroup: `tscompose/app/${name}` },
      links: [
        {
          ...link,
          hostName: name,
          addresses: [{ address: `172.20.0.${name.length}${name.charCodeAt(0) % 9}`, prefix: 20 }],
        },
      ],
      etc: { hosts: name, hostname: name, 'resolv.conf': '' },
    });
  });
  const [, two, one] = programs.map(stepsOf);
  const made = one!.filter(
    (step, index) => step !== two![index] && stepText(step) === stepText(two![index]!),
  );
  t.deepEqual(made.map(stepText), [
    'spawn($host.null, $host.null, $host.null, $arena, $sync, $status, $rules, $names, $etc)',
    'write($resolv_conf, "")',
    'openat(AT_FDCWD, "/sys/fs/cgroup/tscompose/app/cgroup.subtree_control", O_WRONLY|O_CLOEXEC, 00) = $cgroup_subtree_control',
    'write($cgroup_subtree_control, "+cpu +memory +pids")',
    'dup3($cgroup, 496, O_CLOEXEC)',
    'write($cgroup_subtree_control, "+cpu +memory +pids")',
    'prlimit64(0, RLIMIT_NOFILE, {1024, 4096})',
  ]);
});

const MACHINE = host();
const NOTHING = {};

test('every Program becomes an arena whose results have a place', (t) => {
  const steps = stepsOf(compile(container())).filter(({ on }) => on === 'container');
  const { bytes } = buildArena(
    steps,
    ['$host.null', '$host.null', '$host.null', '$arena', '$sync', '$status', '$rules', '$names', '$etc'],
    'x64',
  );
  const end = BigInt(ARENA_ADDRESS + rowOffset(steps.length));
  for (const [index] of steps.entries()) {
    const target = bytes.readBigUInt64LE(rowOffset(index) + 56);
    t.true(target > BigInt(ARENA_ADDRESS) && target < end);
  }
});

test('every step says why, in one line', (t) => {
  for (const { why } of stepsOf(
    compile(container({ readOnly: true, domainname: 'example.org', init: true })),
  )) {
    t.regex(why, /^[^\n]{10,110}[^.\n]$/);
    t.regex(why, /^(?:Node |[^A-Z])/);
  }
});

test('the numbers of descriptors that steps share are above those that the kernel allocates, with any number of mounts', (t) => {
  const mounts = Array.from(
    { length: 600 },
    (_, index): Mount => ({
      from: `services.web.volumes[${index}]`,
      target: `/volumes/${index}`,
      readOnly: false,
      kind: 'bind',
      source: '/srv',
      createHostPath: false,
    }),
  );
  // As many hierarchies as a machine of version 1 has.
  const hierarchies = Array.from({ length: 4 }, () => V1.hierarchies).flat();
  const many = container({ mounts }, { host: host({ cgroups: { ...V1, hierarchies } }) });
  const opened = [OF_NODE];
  let mark = 0;
  for (const { on, as, call } of stepsOf(compile(many))) {
    if (on === 'host') continue;
    const before = opened.at(-1)!;
    if (as === 'mark') mark = before;
    opened.push(call === 'close_range' && mark > 0 ? mark : before + (as === undefined ? 0 : 1));
    if (call === 'close_range') mark = 0;
  }
  // Red without: the CLOSE of inBatches in descriptors.ts.
  t.true(Math.max(...opened) < Math.min(...Object.values(FIXED)), String(Math.max(...opened)));
});

test('a hard limit of open files that has no room for the sources of all mounts is raised until they are mounted', (t) => {
  const mounts = [bind('/a'), bind('/b')];
  const limits = (hard: number) =>
    inside(container({ mounts }, { host: host({ nofile: { soft: 256, hard } }) })).filter((text) =>
      text.startsWith('prlimit64(0, RLIMIT_NOFILE'),
    );
  t.is(limits(4096).length, 1);
  t.is(limits(-1).length, 1);
  t.regex(limits(256)[0]!, /\{5\d\d, 5\d\d\}/);
  t.regex(limits(256)[1]!, /\{256, 256\}/);
});

test('mounts that propagate are cloned before the mount namespace becomes private, all others afterwards', (t) => {
  const steps = inside(
    container({ mounts: [{ ...bind('/a'), source: '/slave', propagation: 'rslave' }, bind('/b')] }),
  );
  const order = [
    'unshare(CLONE_NEWNS)',
    'open_tree(AT_FDCWD, "/slave"',
    'mount(NULL, "/", NULL, MS_REC|MS_PRIVATE',
    'open_tree(AT_FDCWD, "/srv"',
  ].map((step) => at(steps, step));
  t.deepEqual(
    order.toSorted((a, b) => a - b),
    order,
  );
});

/** Descriptors of a Node.js that makes the steps itself. */
const OF_NODE = 32;
