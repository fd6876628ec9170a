import test from 'ava';
import fc from 'fast-check';
import { DEFAULT_CAPABILITIES } from '../../../src/container/defaults.ts';
import type { OciSeccomp } from '../../../src/container/oci.ts';
import { bytesOf, type Instruction } from '../../../src/container/seccomp/bpf.ts';
import { dockerProfile } from '../../../src/container/seccomp/docker-profile.ts';
import { compileFilter } from '../../../src/container/seccomp/filter.ts';
import { isInt } from '../../../src/container/seccomp/int-arguments.ts';
import { type Abi, numbersOf } from '../../../src/container/seccomp/numbers.ts';
import { resolveProfile } from '../../../src/container/seccomp/resolve.ts';
import type { Architecture } from '../../../src/kernel/program/syscalls.ts';
import { SECCOMP_OPERATORS } from '../../../src/project/model/seccomp-profile.ts';
import { samples } from '../../patience.ts';
import { itsFilter, itsNumbers, missing } from './libseccomp.ts';
import { simulate } from './simulate.ts';

const ALLOW = 0x7fff0000;
const EPERM = 0x50001;
const ENOSYS = 0x50026;
const KILL_PROCESS = 0x80000000;

const ARCH: Readonly<Record<Abi, number>> = {
  x64: 0xc000003e,
  i386: 0x40000003,
  arm64: 0xc00000b7,
  arm: 0x40000028,
};

const docker = (architecture: Architecture, added: readonly string[] = []): OciSeccomp =>
  resolveProfile(dockerProfile(), {
    architecture,
    kernel: '6.18',
    capabilities: [...DEFAULT_CAPABILITIES, ...added.map((name) => `CAP_${name}`)],
  });

const X64 = compileFilter(docker('x64'), 'x64');
const ARM64 = compileFilter(docker('arm64'), 'arm64');

/** What a filter returns for a call by name. */
const ask = (
  filter: readonly Instruction[],
  abi: Abi,
  name: string,
  ...args: readonly (number | bigint)[]
): number =>
  simulate(filter, { nr: numbersOf(abi).get(name) as number, arch: ARCH[abi], args: args.map(BigInt) });

for (const [filter, abi] of [
  [X64, 'x64'],
  [X64, 'i386'],
  [ARM64, 'arm64'],
  [ARM64, 'arm'],
] as const) {
  test(`the default profile on ${abi}`, (t) => {
    for (const name of ['read', 'openat', 'execve', 'ptrace', 'chroot', 'exit_group', 'statx', 'mseal'])
      t.is(ask(filter, abi, name), ALLOW, name);
    for (const name of [
      ...[
        'io_uring_setup',
        'io_uring_enter',
        'perf_event_open',
        'userfaultfd',
        'keyctl',
        'add_key',
        'request_key',
      ],
      ...[
        'kcmp',
        'bpf',
        'mount',
        'umount2',
        'open_tree',
        'move_mount',
        'fsopen',
        'fsconfig',
        'fsmount',
        'fspick',
      ],
      ...[
        'unshare',
        'setns',
        'pivot_root',
        'reboot',
        'init_module',
        'swapon',
        'open_by_handle_at',
        'pidfd_getfd',
      ],
    ])
      t.is(ask(filter, abi, name), EPERM, name);
    t.is(ask(filter, abi, 'clone3'), ENOSYS);
    t.is(ask(filter, abi, 'clone', 0x11), ALLOW);
    t.is(ask(filter, abi, 'clone', 0x10000011), EPERM);
  });

  test(`an argument that is an int is compared as one on ${abi}`, (t) => {
    const [vsock, alg, inet] = [40n, 38n, 2n];
    for (const high of [0n, 1n << 32n, 0xffffffffn << 32n]) {
      t.is(ask(filter, abi, 'socket', vsock + high), EPERM);
      t.is(ask(filter, abi, 'socket', alg + high), EPERM);
      t.is(ask(filter, abi, 'socket', inet + high), ALLOW);
      t.is(ask(filter, abi, 'personality', 8n + high), ALLOW);
      t.is(ask(filter, abi, 'personality', 0x0040000n + high), EPERM);
    }
  });

  test(`calls that are newer than the profile do not exist on ${abi}`, (t) => {
    // Red without: `unknownFrom` in rules.ts
    t.is(ask(filter, abi, 'file_getattr'), ENOSYS);
    for (const nr of [467, 500, 4095, 100_000, 0x7fffffff])
      t.is(simulate(filter, { nr, arch: ARCH[abi], args: [] }), ENOSYS, `${nr}`);
  });
}

test('no number of the ABI x32 is a way around the rules', (t) => {
  // Red without: X32_BIT in filter.ts
  const permissive = compileFilter(
    { defaultAction: 'SCMP_ACT_ALLOW', architectures: [], syscalls: [] },
    'x64',
  );
  for (const nr of [0, 41, 272, 425, 512, 547])
    for (const filter of [X64, permissive])
      t.is(simulate(filter, { nr: 0x40000000 + nr, arch: ARCH.x64, args: [] }), ENOSYS);
});

test('a program of an ABI without rules ends', (t) => {
  t.is(simulate(X64, { nr: 0, arch: ARCH.arm64, args: [] }), KILL_PROCESS);
  const only = compileFilter({ ...docker('x64'), architectures: ['SCMP_ARCH_X86_64'] }, 'x64');
  t.is(ask(only, 'i386', 'read'), KILL_PROCESS);
  t.is(ask(only, 'x64', 'read'), ALLOW);
});

test('capabilities add their calls', (t) => {
  const admin = compileFilter(docker('x64', ['SYS_ADMIN']), 'x64');
  for (const name of ['mount', 'unshare', 'setns', 'bpf', 'clone3', 'perf_event_open', 'fsopen'])
    t.is(ask(admin, 'x64', name), ALLOW, name);
  t.is(ask(admin, 'x64', 'clone', 0x10000000), ALLOW);
  t.is(ask(admin, 'x64', 'io_uring_setup'), EPERM);
  t.is(ask(compileFilter(docker('x64', ['SYS_PTRACE']), 'x64'), 'x64', 'kcmp'), ALLOW);
});

test('the filter is small, and its bytes are those of struct sock_filter', (t) => {
  t.true(X64.length < 300 && ARM64.length < 320);
  t.deepEqual([...bytesOf([{ code: 0x15, jt: 1, jf: 2, k: 0xc000003e }])], [0x15, 0, 1, 2, 0x3e, 0, 0, 0xc0]);
});

// What libseccomp 2.5.4 does otherwise, and why.
const differences = (abi: Abi, theirName: string) => {
  const theirs = itsNumbers(theirName, [...numbersOf(abi).keys()]);
  const names = new Map([...numbersOf(abi)].map(([name, number]) => [number, name]));
  return (nr: number): string | undefined => {
    const name = names.get(nr);
    if (name !== undefined && (theirs.get(name) ?? -1) < 0) return 'its tables are older';
    return undefined;
  };
};

const VALUES = [
  0n,
  1n,
  2n,
  3n,
  7n,
  8n,
  17n,
  37n,
  38n,
  39n,
  40n,
  41n,
  45n,
  46n,
  0x11n,
  0x20000n,
  0x20008n,
  0x10000000n,
  0x7e020000n,
  0x3d0f00n,
  0xffffffffn,
];

for (const [architecture, abis] of [
  ['x64', { x64: 'x86_64', i386: 'x86' }],
  ['arm64', { arm64: 'aarch64', arm: 'arm' }],
] as const)
  for (const added of [[], ['SYS_ADMIN'], ['SYS_PTRACE', 'SYS_NICE', 'BPF', 'PERFMON', 'SYSLOG', 'SYS_TIME']])
    (missing ? test.skip : test)(
      `number by number, the default profile is that of libseccomp on ${architecture} with ${added.join(' ') || 'the default capabilities'}${missing ? ` (${missing})` : ''}`,
      (t) => {
        const profile = docker(architecture, added);
        const ours = compileFilter(profile, architecture);
        const theirs = itsFilter(profile, Object.values(abis));
        const found: string[] = [];
        for (const [abi, theirName] of Object.entries(abis) as [Abi, string][]) {
          const known = differences(abi, theirName);
          const depends = new Set(
            profile.syscalls.flatMap(({ names, args }) =>
              args ? names.map((name) => numbersOf(abi).get(name) ?? -1) : [],
            ),
          );
          for (let nr = 0; nr < 467; nr++)
            for (const first of depends.has(nr) ? VALUES : [0n, 0xffffffffn])
              for (const second of [0n, 0x10000000n]) {
                const call = { nr, arch: ARCH[abi], args: [first, second] };
                const [our, their] = [simulate(ours, call), simulate(theirs, call)];
                if (our !== their && known(nr) === undefined)
                  found.push(`${abi} ${nr} ${first}: ${our} and ${their}`);
              }
        }
        t.deepEqual(found, []);
      },
    );

/** Profiles with every operator, on an argument that is an int and on one that is not. */
const profiles = fc.record({
  defaultAction: fc.constantFrom('SCMP_ACT_ERRNO', 'SCMP_ACT_ALLOW', 'SCMP_ACT_KILL_PROCESS', 'SCMP_ACT_LOG'),
  defaultErrnoRet: fc.constantFrom(1, 13, 38),
  architectures: fc.constant(['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86']),
  syscalls: fc.array(
    fc.record({
      names: fc.uniqueArray(
        fc.constantFrom('read', 'write', 'mmap', 'lseek', 'clone', 'prctl', 'kcmp', 'statx', 'no_such_call'),
        { minLength: 1, maxLength: 3 },
      ),
      action: fc.constantFrom('SCMP_ACT_ALLOW', 'SCMP_ACT_ERRNO', 'SCMP_ACT_TRAP', 'SCMP_ACT_TRACE'),
      errnoRet: fc.constantFrom(1, 22, 95),
      args: fc.array(
        fc.record({
          index: fc.integer({ min: 0, max: 5 }),
          value: fc.constantFrom(0, 1, 5, 0xffffffff, 2 ** 32, 2 ** 32 + 5, 2 ** 40, '18446744073709551615'),
          valueTwo: fc.constantFrom(0, 1, 5, 2 ** 32),
          op: fc.constantFrom(...SECCOMP_OPERATORS),
        }),
        { maxLength: 2 },
      ),
    }),
    { maxLength: 6 },
  ),
}) as fc.Arbitrary<OciSeccomp>;

const calls = fc.record({
  name: fc.constantFrom('read', 'write', 'mmap', 'lseek', 'clone', 'prctl', 'kcmp', 'statx', 'openat'),
  args: fc.array(
    fc.constantFrom(0n, 1n, 4n, 5n, 6n, 0xffffffffn, 1n << 32n, (1n << 32n) + 5n, (1n << 64n) - 1n),
    {
      minLength: 6,
      maxLength: 6,
    },
  ),
});

test('every profile does what its rules say', (t) => {
  fc.assert(
    fc.property(profiles, calls, (profile, { name, args }) => {
      const filter = compileFilter(profile, 'x64');
      t.true(filter.every(({ code, k }, at) => code !== 0x05 || at + k + 1 < filter.length));
      for (const abi of ['x64', 'i386'] as const) {
        const passed = abi === 'x64' ? args : args.map((value) => BigInt.asUintN(32, value));
        const call = { nr: numbersOf(abi).get(name) as number, arch: ARCH[abi], args: passed };
        if (simulate(filter, call) !== expected(profile, abi, name, passed)) return false;
      }
      return true;
    }),
    { numRuns: samples(1000) },
  );
});

const ACTIONS: Readonly<Record<string, number>> = {
  SCMP_ACT_ALLOW: ALLOW,
  SCMP_ACT_ERRNO: 0x50000,
  SCMP_ACT_KILL_PROCESS: KILL_PROCESS,
  SCMP_ACT_LOG: 0x7ffc0000,
  SCMP_ACT_TRACE: 0x7ff00000,
  SCMP_ACT_TRAP: 0x30000,
};

const resultOf = (action: string, errno = 1): number =>
  ACTIONS[action]! + (/ERRNO|TRACE/.test(action) ? errno : 0);

/** A profile read as its words say, one rule after the other. */
const expected = (profile: OciSeccomp, abi: Abi, name: string, args: readonly bigint[]): number => {
  const otherwise = resultOf(profile.defaultAction, profile.defaultErrnoRet);
  const rules = profile.syscalls
    .filter(({ action, errnoRet }) => resultOf(action, errnoRet) !== otherwise)
    .filter(({ names }) => names.includes(name));
  const plain = rules.find(({ args: conditions = [] }) => conditions.length === 0);
  const match =
    plain ??
    rules.find(({ args: conditions = [] }) => {
      const results = conditions.map((condition) => holds(condition, abi, name, args));
      const isRepeated = new Set(conditions.map(({ index }) => index)).size < conditions.length;
      return isRepeated ? results.some(Boolean) : results.every(Boolean);
    });
  if (match) return resultOf(match.action, match.errnoRet);
  const numbers = profile.syscalls.flatMap(({ names }) =>
    names.map((each) => numbersOf(abi).get(each) ?? -1),
  );
  const isNew = (numbersOf(abi).get(name) as number) > Math.max(...numbers);
  return isNew && numbers.some((number) => number >= 0) && !/ALLOW|LOG/.test(profile.defaultAction)
    ? ENOSYS
    : otherwise;
};

type Argument = NonNullable<OciSeccomp['syscalls'][number]['args']>[number];

const holds = (
  { index, op, value, valueTwo = 0 }: Argument,
  abi: Abi,
  name: string,
  args: readonly bigint[],
): boolean => {
  const bits = abi === 'i386' || isInt(name, index) ? 32 : 64;
  const [given, one, two] = [args[index]!, BigInt(value), BigInt(valueTwo)].map((each) =>
    BigInt.asUintN(bits, each),
  ) as [bigint, bigint, bigint];
  switch (op) {
    case 'SCMP_CMP_EQ':
      return given === one;
    case 'SCMP_CMP_NE':
      return given !== one;
    case 'SCMP_CMP_LT':
      return given < one;
    case 'SCMP_CMP_LE':
      return given <= one;
    case 'SCMP_CMP_GT':
      return given > one;
    case 'SCMP_CMP_GE':
      return given >= one;
    case 'SCMP_CMP_MASKED_EQ':
      return (given & one) === two;
  }
};
