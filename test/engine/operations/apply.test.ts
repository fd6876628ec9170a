import test from 'ava';
import type { Event } from '../../../src/api/events.ts';
import { Problem } from '../../../src/base/diagnostic.ts';
import type { Cancellation } from '../../../src/engine/context/calls.ts';
import { openWork } from '../../../src/engine/context/work.ts';
import { apply, type Done } from '../../../src/engine/operations/apply.ts';
import { Abandoned } from '../../../src/engine/operations/cancelled.ts';
import { type ContainerRef, type Plan, planner } from '../../../src/plan/plan.ts';

const ref = (service: string): ContainerRef => ({
  kind: 'container',
  name: `${service}-1`,
  container: `app-${service}-1`,
  service,
  number: 1,
});

/** Creates and starts each, one after the other. */
const chain = (...services: readonly string[]): Plan => {
  const plan = planner();
  let before: readonly number[] = [];
  for (const service of services)
    for (const verb of ['create', 'start'] as const) {
      const action = verb === 'create' ? { verb, hash: '' } : { verb };
      before = [plan.add({ ...ref(service), ...action }, 'asked for', before)];
    }
  return plan.finish();
};

const fails = (message: string, exitCode?: number): never => {
  throw new Problem({
    severity: 'error',
    code: 'step-failed',
    message,
    ...(exitCode === undefined ? {} : { exitCode }),
  });
};

type Doings = Readonly<Record<string, (call: AbortController) => Done | Promise<Done>>>;

/** What a plan comes to when operations, by `name verb`, do this, and the others nothing that could be undone. */
const applied = async (plan: Plan, doings: Doings) => {
  const events: Event[] = [];
  const begun: string[] = [];
  const controller = new AbortController();
  const { problems, skipped } = await apply(
    openWork(),
    plan,
    async ({ name, verb }) => {
      begun.push(`${name} ${verb}`);
      return doings[`${name} ${verb}`]?.(controller) ?? {};
    },
    (event) => events.push(event),
    controller.signal,
  );
  return { events, begun, problems, skipped: skipped.map(({ name, verb }) => `${name} ${verb}`) };
};

const undoings = (events: readonly Event[], plan: Plan): readonly string[] =>
  events.flatMap((event) => {
    if (event.type !== 'undone' && event.type !== 'undo.failed') return [];
    const { name } = plan.operations.find(({ id }) => id === event.id)!;
    const detail = event.type === 'undone' && event.detail ? `: ${event.detail}` : '';
    return [`${name} ${event.type}${detail}`];
  });

test('after a failure nothing more begins, and what was done is undone, last first', async (t) => {
  const undone: string[] = [];
  const undo = (what: string) => () => ({ undo: () => void undone.push(what) });
  const plan = chain('db', 'web', 'log');
  const { begun, problems, events } = await applied(plan, {
    'db-1 create': undo('create db'),
    'db-1 start': undo('start db'),
    'web-1 create': undo('create web'),
    'web-1 start': () => fails('web has no command'),
  });
  t.deepEqual(begun, ['db-1 create', 'db-1 start', 'web-1 create', 'web-1 start']);
  t.deepEqual(undone, ['create web', 'start db', 'create db']);
  t.deepEqual(
    problems.map(({ message }) => message),
    ['web has no command'],
  );
  t.deepEqual(undoings(events, plan), ['web-1 undone', 'db-1 undone']);
});

test('an undo that fails keeps no other from it, hides no cause, and nothing is said to be undone that is not', async (t) => {
  const undone: string[] = [];
  const plan = chain('db', 'web', 'log');
  const { problems, events } = await applied(plan, {
    'db-1 create': () => ({ undo: () => void undone.push('create db') }),
    'db-1 start': () => ({ undo: () => fails('db does not stop', 137) }),
    'web-1 create': () => ({
      undo: async () => {
        throw new TypeError('a mistake');
      },
    }),
    'web-1 start': () => ({ undo: () => 'the one before was started again' }),
    'log-1 start': () => fails('log has no command', 127),
  });
  t.deepEqual(undone, ['create db']);
  t.deepEqual(
    problems.map(({ message, exitCode, notes = [] }) => [message, exitCode, notes.length]),
    [
      ['log has no command', 127, 0],
      ['tscompose itself failed: TypeError: a mistake', undefined, 1],
      ['db does not stop', undefined, 1],
    ],
  );
  t.deepEqual(undoings(events, plan), ['web-1 undo.failed', 'db-1 undo.failed']);
});

test('what an undo has put back is told with it', async (t) => {
  const plan = chain('web', 'log');
  const { events } = await applied(plan, {
    'web-1 create': () => ({ undo: () => {} }),
    'web-1 start': () => ({ undo: () => 'the one before was started again' }),
    'log-1 create': () => fails('no'),
  });
  t.deepEqual(undoings(events, plan), ['web-1 undone: the one before was started again']);
});

test('what cannot be replaced says so, with the cause and with what is there instead', async (t) => {
  const plan = planner();
  const web = { ...ref('web'), recreates: 'app-web-1' };
  const successor = { ...web, name: 'old_web-1', verb: 'create', hash: '', replaces: 'app-web-1' } as const;
  plan.add(successor, 'changed');
  plan.add({ ...web, verb: 'stop', revives: true }, 'changed', [1]);
  plan.add({ ...ref('web'), verb: 'start' }, 'container is new', [2]);
  const made = plan.finish();
  const { problems, events } = await applied(made, {
    'old_web-1 create': () => ({ undo: () => 'the one before stays' }),
    'web-1 stop': () => ({ undo: () => 'the one before was started again' }),
    'web-1 start': () => fails('web has no command'),
  });
  const outcome = 'app-web-1 could not be replaced; the one before was started again';
  t.deepEqual(
    problems.map(({ message, notes }) => [message, notes]),
    [['web has no command', [outcome]]],
  );
  t.deepEqual(undoings(events, made), ['old_web-1 undone: the one before was started again']);
});

test('once the last removals begin nothing is undone, for there is nothing to go back to', async (t) => {
  const plan = planner();
  plan.add({ ...ref('web'), verb: 'stop', revives: true }, 'changed');
  plan.add({ ...ref('old'), verb: 'remove', isLast: true }, 'changed', [1]);
  const made = plan.finish();
  const { problems, events } = await applied(made, {
    'web-1 stop': () => ({ undo: () => fails('never') }),
    'old-1 remove': () => fails('its files stay'),
  });
  t.deepEqual(
    problems.map(({ message }) => message),
    ['its files stay'],
  );
  t.deepEqual(undoings(events, made), []);
});

test('a plan that succeeds undoes nothing', async (t) => {
  const plan = chain('web');
  const { problems, events } = await applied(plan, { 'web-1 start': () => ({ undo: () => fails('never') }) });
  t.deepEqual(problems, []);
  t.deepEqual(undoings(events, plan), []);
});

const cancelled = (controller: AbortController): void => {
  controller.abort({ takesOver: () => false } satisfies Cancellation);
};

test('after a cancellation nothing more begins, and what was done is undone, also what was in progress', async (t) => {
  const undone: string[] = [];
  const undo = (what: string) => () => ({ undo: () => void undone.push(what) });
  const plan = chain('db', 'web');
  const { begun, problems, skipped, events } = await applied(plan, {
    'db-1 create': undo('create db'),
    'db-1 start': (call) => {
      cancelled(call);
      return undo('start db')();
    },
  });
  t.deepEqual(begun, ['db-1 create', 'db-1 start']);
  t.deepEqual(skipped, ['web-1 create', 'web-1 start']);
  t.deepEqual(undone, ['start db', 'create db']);
  t.like(problems, [{ code: 'cancelled', exitCode: 130 }]);
  t.deepEqual(undoings(events, plan), ['db-1 undone']);
});

test('a cancellation that names a command says so; a failure before it stays the cause', async (t) => {
  const byDown = (call: AbortController): void =>
    call.abort({ command: 'down', takesOver: () => true } satisfies Cancellation);
  const { problems } = await applied(chain('db'), {
    'db-1 create': (call) => {
      byDown(call);
      return {};
    },
  });
  t.like(problems, [{ message: 'cancelled by `tscompose down`', exitCode: 130 }]);
  const failed = await applied(chain('db'), {
    'db-1 create': (call) => {
      byDown(call);
      return fails('no');
    },
  });
  t.like(failed.problems, [{ message: 'no' }]);
});

test('an operation that is not waited for any more is skipped, and not undone', async (t) => {
  const plan = chain('db');
  const { problems, skipped, events } = await applied(plan, {
    'db-1 start': (call) => {
      cancelled(call);
      throw new Abandoned();
    },
  });
  t.deepEqual(skipped, ['db-1 start']);
  t.like(problems, [{ code: 'cancelled' }]);
  t.deepEqual(undoings(events, plan), []);
});

test('once the last removals begin a cancellation comes too late', async (t) => {
  const plan = planner();
  plan.add({ ...ref('web'), verb: 'stop', revives: true }, 'changed');
  plan.add({ ...ref('old'), verb: 'remove', isLast: true }, 'changed', [1]);
  plan.add({ ...ref('older'), verb: 'remove', isLast: true }, 'changed', [2]);
  const { problems, skipped } = await applied(plan.finish(), {
    'old-1 remove': (call) => {
      cancelled(call);
      return {};
    },
  });
  t.deepEqual([problems, skipped], [[], []]);
});

/** Red without: `abandoned` in apply.ts. */
test('a cancelled call says what it has waited for, before that is undone', async (t) => {
  const { problems } = await applied(chain('db', 'web'), {
    'db-1 create': () => ({ undo: () => {} }),
    'db-1 start': (call) => {
      call.abort();
      throw new Abandoned({ facts: [['app-db-1', 'is restarting']], notes: ['app-db-1 printed: broken'] });
    },
  });
  t.like(problems[0], {
    code: 'cancelled',
    facts: [['app-db-1', 'is restarting']],
    notes: ['app-db-1 printed: broken', 'the changes of this command are undone'],
  });
});
