import test from 'ava';
import type { Event } from '../../../src/api/events.ts';
import { exitRule } from '../../../src/cli/attached/exit-rule.ts';

/** In one millisecond, as after the death of what both need. */
const exit = (
  service: string,
  exitCode: number,
  more: { restarts?: true; oneOff?: boolean } = {},
): Event => ({
  type: 'container.exited',
  container: `p-${service}-1`,
  service,
  number: 1,
  oneOff: false,
  exitCode,
  oomKilled: false,
  time: 1,
  ...more,
});

const planOf = (...stopped: readonly string[]): Event => ({
  type: 'plan',
  operations: stopped.map((service, index) => ({
    id: index + 1,
    kind: 'container',
    name: `p-${service}-1`,
    verb: 'stop',
    because: 'changed',
  })),
  unchanged: [],
});

const started = (service: string): Event => ({
  type: 'container.started',
  container: `p-${service}-1`,
  service,
  number: 1,
  pid: 7,
  time: 1,
});

const given = (options: Parameters<typeof exitRule>[0], ...events: readonly Event[]) => {
  const rule = exitRule(options, (service) => service !== 'dependency');
  if (!events.some(({ type }) => type === 'plan')) rule.ends(planOf());
  const ended = events.findIndex((event) => rule.ends(event));
  for (const event of events.slice(ended + 1)) rule.ends(event);
  return [ended, rule.status()];
};

test('the first exit ends up, and gives its status', (t) => {
  const options = { abortOnContainerExit: true };
  t.deepEqual(given(options, exit('a', 3), exit('b', 4)), [0, 3]);
  t.deepEqual(given(options, exit('b', 4), exit('a', 3)), [0, 4]);
  t.deepEqual(given(options, exit('a', 0), exit('b', 4)), [0, 0]);
});

test('one-offs and dependencies end nothing, and an exit before a restart is one', (t) => {
  const options = { abortOnContainerExit: true };
  const others = [exit('a', 2, { oneOff: true }), exit('dependency', 5)];
  t.deepEqual(given(options, ...others, exit('b', 7, { restarts: true }), exit('b', 8)), [2, 7]);
  t.deepEqual(given(options, ...others), [-1, undefined]);
});

test('only a failure ends up with --abort-on-container-failure', (t) => {
  t.deepEqual(
    given({ abortOnContainerFailure: true }, exit('a', 0), exit('b', 111), exit('c', 143)),
    [1, 111],
  );
  t.deepEqual(given({ abortOnContainerFailure: true }, exit('a', 0)), [-1, undefined]);
});

test('--exit-code-from: the status of that service, never 0 because it was stopped', (t) => {
  const options = { exitCodeFrom: 'test' };
  t.deepEqual(given(options, exit('test', 0), exit('db', 143)), [0, 0]);
  t.deepEqual(given(options, exit('test', 42), exit('db', 143)), [0, 42]);
  t.deepEqual(given(options, exit('db', 0), exit('test', 143)), [0, 143]);
  t.deepEqual(given(options, exit('db', 0), exit('test', 0)), [0, 143]);
  t.deepEqual(given(options, exit('db', 0), exit('test', 137)), [0, 137]);
  t.deepEqual(given(options, exit('db', 1)), [0, undefined]);
});

test('without any of the options nothing ends up', (t) => {
  t.deepEqual(given({}, exit('a', 3)), [-1, undefined]);
});

/** Red without: `stopped` in exit-rule.ts. */
test('what up stops itself has not exited, until it has started again', (t) => {
  const options = { abortOnContainerExit: true };
  const again = [exit('a', 143), started('a')];
  t.deepEqual(given(options, planOf('a'), ...again), [-1, undefined]);
  t.deepEqual(given(options, planOf('a'), ...again, exit('a', 3)), [3, 3]);
  t.deepEqual(given(options, planOf('a'), exit('b', 4), ...again), [1, 4]);
  t.deepEqual(given({ exitCodeFrom: 'a' }, planOf('a'), ...again, exit('b', 0), exit('a', 0)), [3, 143]);
});

/** Red without: `early` in exit-rule.ts. */
test('exits that are told before the plan are judged with it', (t) => {
  const options = { abortOnContainerExit: true };
  t.deepEqual(given(options, exit('a', 143), planOf('a')), [-1, undefined]);
  t.deepEqual(given(options, exit('b', 5), exit('c', 6), planOf('a')), [2, 5]);
});
