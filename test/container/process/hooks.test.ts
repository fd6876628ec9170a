import test from 'ava';
import { compile } from '../../../src/container/compile.ts';
import { type Step, stepsOf } from '../../../src/kernel/program/program.ts';
import { callText } from '../../../src/kernel/program/text.ts';
import { container, facts } from '../samples.ts';

const hooks = [
  { path: '/usr/bin/hook', args: ['hook', 'create'], env: ['A=1'], timeout: 5 },
  { path: '/bin/second' },
];
const edits = { environment: {}, mounts: [], hooks };

const stepsWith = (details: Parameters<typeof container>[1] = {}): readonly Step[] =>
  stepsOf(compile(container({}, { facts: facts({ edits }), ...details })));

const placeOf = (steps: readonly Step[], pattern: RegExp): number =>
  steps.findIndex((step) => pattern.test(callText(step)));

// Red without: enterRootSteps instead of pivotSteps in compile.ts.
test('hooks run after the mounts, which are resolved in the root of the container, and before its change', (t) => {
  const steps = stepsWith();
  const order = [
    /^execveat\(\$host.init/,
    /^mount\("overlay"/,
    /^dup3\(\$root, 494/,
    /^mount\("proc"/,
    /^fchdir\(494\)/,
    /^execve\("\/usr\/bin\/hook", \["hook", "create"\], \["A=1"\]\)/,
    /^execve\("\/bin\/second", \["\/bin\/second"\], \[\]\)/,
    /^pivot_root/,
  ].map((pattern) => placeOf(steps, pattern));
  t.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  );
  t.true(order.every((place) => place > 0));
});

test('the parent leaves out exactly the steps of the hook, and waits for its time', (t) => {
  const steps = stepsWith();
  const branch = steps.findIndex(({ skip, call }) => call === 'prctl' && skip);
  const { skip = 0, tolerate } = steps[branch]!;
  t.is(tolerate, 'EINVAL');
  t.is(steps[branch - 1]!.call, 'clone3');
  t.is(steps[branch + skip]!.call, 'execve');
  t.is(callText(steps[branch + skip + 1]!), 'rt_sigtimedwait([SIGCHLD], 0, {5 s}, 8)');
  t.true(
    placeOf(steps, /^rt_sigtimedwait\(\[SIGCHLD\], 0, NULL, 8\)/) > branch,
    'the other hook has no limit',
  );
});

// Red without: ownPidSteps in hooks.ts.
test('a hook is in no PID namespace of another container, whose processes could take it over', (t) => {
  const shared = [{ name: 'db-1', holder: '$db' as const, types: ['pid'] as const }];
  const calls = stepsWith({ shared }).map(callText);
  const first = calls.findIndex((text) => text.startsWith('clone3'));
  t.is(
    calls.slice(0, first).findLast((text) => text.startsWith('setns')),
    'setns($own, CLONE_NEWPID)',
  );
  t.is(
    calls.slice(first).find((text) => text.startsWith('setns')),
    'setns($db, CLONE_NEWPID)',
  );
});

test('a container without hooks has none of their steps', (t) => {
  const steps = stepsOf(compile(container()));
  t.is(placeOf(steps, /^(clone3|wait4|execveat|dup3\(\$root)/), -1);
});
