import test from 'ava';
import { compile } from '../../../src/container/compile.ts';
import { compileJoin } from '../../../src/container/join.ts';
import { stepsOf } from '../../../src/kernel/program/program.ts';
import { stepText } from '../../../src/kernel/program/text.ts';
import type { Service } from '../../../src/project/model/project.ts';
import { container, facts, host } from '../samples.ts';

const ALICE = facts({ user: { uid: 1000, gid: 1000, additionalGids: [], umask: 0o022 } });

/** The container's steps, and those of an exec in it. */
const programs = (changes: Partial<Service> = {}, found = facts()) => {
  const described = container(changes, { facts: found });
  const { config, filter } = described;
  const join = compileJoin('exec', config.process, filter, host(), [], 'given');
  return [compile(described), join].map((program) =>
    stepsOf(program)
      .filter(({ on }) => on === 'container')
      .map(stepText),
  );
};

/** The names of the calls after the filter was loaded. */
const afterFilter = (steps: readonly string[]): readonly string[] =>
  steps.slice(steps.findIndex((text) => text.startsWith('seccomp(')) + 1).map((text) => text.split('(')[0]!);

test('the filter comes last: a profile must allow few of our own calls', (t) => {
  // Red without: `confinement` behind all other steps in compile.ts, command.ts and join.ts
  const [start, exec] = programs({ command: ['/bin/server'] });
  t.deepEqual(afterFilter(start!), ['capset', 'execve']);
  t.deepEqual(afterFilter(exec!), ['capset', 'clone', 'setsid', 'rt_sigprocmask', 'execve']);
  const [withoutGain, execWithoutGain] = programs({ command: ['/bin/server'], noNewPrivileges: true });
  t.deepEqual(afterFilter(withoutGain!), ['execve']);
  t.deepEqual(afterFilter(execWithoutGain!), ['clone', 'setsid', 'rt_sigprocmask', 'execve']);
  const [init] = programs({ command: ['/bin/server'], init: true, noNewPrivileges: true });
  t.deepEqual(afterFilter(init!), ['clone', 'rt_sigtimedwait', 'setpgid', 'rt_sigprocmask', 'execve']);
});

test('the capability that loads the filter is gone with the next step', (t) => {
  for (const found of [facts(), ALICE])
    for (const steps of programs({}, found)) {
      const filter = steps.findIndex((text) => text.startsWith('seccomp('));
      t.regex(
        steps.findLast((text, index) => index < filter && text.startsWith('capset('))!,
        /CAP_SYS_ADMIN/,
      );
      t.notRegex(steps[filter + 1]!, /CAP_SYS_ADMIN/);
      t.is(steps.slice(filter + 2).filter((text) => text.startsWith('capset(')).length, 0);
    }
});

test('another user keeps its capabilities until then; with no-new-privileges none are needed', (t) => {
  const isKept = (text: string) => text.startsWith('prctl(PR_SET_KEEPCAPS');
  t.true(programs({}, ALICE).every((steps) => steps.some(isKept)));
  t.false(programs({}).some((steps) => steps.some(isKept)));
  for (const steps of programs({ noNewPrivileges: true }, ALICE)) {
    t.false(steps.some((text) => isKept(text) || /CAP_SYS_ADMIN\|?.*inheritable/.test(text)));
    const order = ['setresuid', 'capset', 'prctl(PR_SET_NO_NEW_PRIVS', 'seccomp('];
    const places = order.map((name) => steps.findIndex((text) => text.startsWith(name)));
    t.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
  }
});

test('without a filter there is no step of it', (t) => {
  for (const changes of [{ privileged: true }, { seccomp: 'unconfined' }] as const)
    for (const steps of programs(changes, ALICE)) {
      t.false(steps.some((text) => text.startsWith('seccomp(') || text.startsWith('prctl(PR_SET_KEEPCAPS')));
      t.is(steps.filter((text) => text.startsWith('capset(')).length, 1);
    }
});

test('every process has a session keyring of its own, made while root pays for it', (t) => {
  // Red without: the keyctl in privileges.ts
  for (const steps of [...programs({}, ALICE), ...programs({ privileged: true })]) {
    const at = (name: string) => steps.findIndex((text) => text.startsWith(name));
    t.true(at('keyctl(KEYCTL_JOIN_SESSION_KEYRING') >= 0 && at('keyctl(') < at('setresuid('));
  }
});

test('containers with the same capabilities share the bytes of their filter', (t) => {
  t.is(container().filter, container({ command: ['other'] }).filter);
  t.not(container().filter, container({ capAdd: ['CAP_SYS_ADMIN'] }).filter);
  t.deepEqual(container({ capAdd: ['CAP_SYS_ADMIN'] }).config.linux.seccomp?.architectures, [
    'SCMP_ARCH_X86_64',
    'SCMP_ARCH_X86',
    'SCMP_ARCH_X32',
  ]);
});

test('privileged has the profile that its file names, and no other', (t) => {
  const profile = {
    name: 'p.json',
    defaultAction: 'SCMP_ACT_LOG',
    flags: ['SECCOMP_FILTER_FLAG_LOG'],
    syscalls: [],
  } as const;
  t.is(container({ privileged: true }).filter, undefined);
  t.is(container({ privileged: true, seccomp: profile }).filter?.flags, 'SECCOMP_FILTER_FLAG_LOG');
  t.regex(container({ seccomp: profile }).filter!.program.text, /^p\.json, \d+ instructions$/);
});

test('a profile that is too large for the kernel is an error', (t) => {
  const syscalls = Array.from({ length: 1500 }, (_, value) => ({
    names: ['prctl'],
    action: 'SCMP_ACT_ALLOW' as const,
    args: [{ index: 1, value, op: 'SCMP_CMP_EQ' as const }],
  }));
  const large = { name: 'p.json', defaultAction: 'SCMP_ACT_ERRNO' as const, syscalls };
  t.throws(() => container({ seccomp: large }), {
    name: 'Problem',
    message: /`p\.json` makes a filter of \d+ instructions/,
  });
});
