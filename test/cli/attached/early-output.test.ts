import test from 'ava';
import type { Event, PlannedOperation } from '../../../src/api/events.ts';
import { earlyOutput } from '../../../src/cli/attached/early-output.ts';
import { operation, recreatedEvents, upEvents, waitingEvents } from '../report/events.ts';

/** After which event of a call output is due, and whose; undefined if it never is. */
const dueAt = (events: readonly Event[]) => {
  const early = earlyOutput();
  for (const [index, event] of events.entries()) {
    early.event(event);
    if (!early.isDue()) continue;
    const names = ['app-db-1', 'app-web-1', 'app-new-1'].map((Name) => ({ Name }));
    const of = (is: (container: { Name: string }) => boolean) => names.filter(is).map(({ Name }) => Name);
    return { index, there: of(early.isThere), meant: of(early.isMeant) };
  }
  return undefined;
};

const began = (id: number): Event => ({ type: 'operation.started', id, at: 7 });
const did = (id: number): Event => ({ type: 'operation.done', id, at: 7, ms: 1 });

const failed = (id: number): Event => ({ type: 'operation.failed', id, at: 7, ms: 1 });

const planFrom = (
  unchanged: Extract<Event, { type: 'plan' }>['unchanged'],
  ...operations: PlannedOperation[]
): Event => ({ type: 'plan', unchanged, operations });

const plan = (...operations: PlannedOperation[]): Event =>
  planFrom([{ container: 'app-db-1', state: 'running' }], ...operations);

test('output is due when a container is waited for', (t) => {
  t.deepEqual(dueAt(waitingEvents), {
    index: 3,
    there: ['app-db-1'],
    meant: ['app-db-1', 'app-web-1'],
  });
});

test('a call that does everything at once, or only waits for the end of what it replaces, needs none', (t) => {
  t.is(dueAt(upEvents), undefined);
  t.is(dueAt(recreatedEvents), undefined);
  t.is(dueAt([plan(operation(1, 'app-web-1', 'stop')), began(1), did(1)]), undefined);
});

test('what runs already is printed while others wait for it', (t) => {
  const wait = { ...operation(1, 'app-db-1', 'wait'), condition: 'healthy' } as const;
  t.like(dueAt([plan(wait, operation(2, 'app-web-1', 'start')), began(1)]), { there: ['app-db-1'] });
});

test('what has started is printed while another takes its time to end', (t) => {
  const events = [
    plan(operation(1, 'app-web-1', 'stop'), operation(2, 'app-new-1', 'start')),
    began(1),
    began(2),
    did(2),
  ];
  t.deepEqual(dueAt(events), {
    index: 3,
    there: ['app-db-1', 'app-new-1'],
    meant: ['app-db-1', 'app-new-1'],
  });
  t.is(dueAt([...events.slice(0, 2), did(1), ...events.slice(2)]), undefined);
});

/** Red without: `slow.delete` for a failure, or `there.size` in early-output.ts. */
test('an operation that has failed takes no more time, and where nothing runs there is no output', (t) => {
  const stop = operation(1, 'app-web-1', 'stop');
  const start = operation(2, 'app-new-1', 'start');
  t.is(dueAt([plan(stop, start), began(1), failed(1), began(2), did(2)]), undefined);
  const wait = { ...operation(1, 'app-db-1', 'wait'), condition: 'completed' } as const;
  const notRunning = { container: 'app-db-1', state: 'completed' } as const;
  t.is(dueAt([planFrom([notRunning], wait), began(1)]), undefined);
});
