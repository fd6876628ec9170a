import test from 'ava';
import type { Event } from '../../../src/api/events.ts';
import { linesReporter } from '../../../src/cli/report/lines.ts';
import {
  failedEvents,
  notRecreatedEvents,
  operation,
  recreatedEvents,
  upEvents,
  waitingEvents,
} from './events.ts';

const linesOf = (events: readonly Event[]): string[] => {
  const lines: string[] = [];
  const reporter = linesReporter((text) => lines.push(text));
  for (const event of events) reporter.event(event);
  return lines.join('').split('\n').slice(0, -1);
};

test('each result is one line, and a container that runs says where', (t) => {
  t.deepEqual(linesOf(upEvents), [
    'Network app_default Created',
    'Container app-web-1 Created',
    'Container app-web-1 Started (PID 1 inside, 12345 outside)',
  ]);
});

test('a failure, what was undone, what was not and what did not happen are lines', (t) => {
  t.deepEqual(linesOf(failedEvents), [
    'Network app_default Created',
    'Container app-db-1 Started (PID 1 inside, 7 outside)',
    'Container app-web-1 Error (failed to start)',
    'Container app-api-1 Skipped (web-1 did not start)',
    'Container app-web-1 Undone',
    'Container app-db-1 Error (could not be undone)',
    'Network app_default Undone',
  ]);
});

test('the detail of what does not run follows the result', (t) => {
  const stop: Event[] = [
    { type: 'plan', operations: [operation(1, 'app-web-1', 'stop')], unchanged: [] },
    { type: 'operation.done', id: 1, at: 7, ms: 2, detail: 'SIGKILL after 10s' },
  ];
  t.deepEqual(linesOf(stop), ['Container app-web-1 Stopped (SIGKILL after 10s)']);
});

test('a container keeps its name in the output while it is recreated', (t) => {
  t.deepEqual(linesOf(recreatedEvents), [
    'Container app-web-1 Recreated',
    'Container app-web-1 Started (PID 1 inside, 12345 outside)',
  ]);
});

test('a container that could not be replaced is told with what is there instead', (t) => {
  t.deepEqual(linesOf(notRecreatedEvents), [
    'Container app-web-1 Recreated',
    'Container app-web-1 Error (failed to start)',
    'Container app-web-1 Undone (not replaced; the one before was started again)',
  ]);
});

test('a container with nothing to do is told as well, and a restarted one as started', (t) => {
  const unchanged = [
    { container: 'app-db-1', state: 'running' },
    { container: 'app-job-1', state: 'stopped' },
  ] as const;
  const events: Event[] = [
    { type: 'plan', operations: [operation(1, 'app-web-1', 'restart')], unchanged },
    { type: 'operation.started', id: 1, at: 7 },
    { type: 'operation.done', id: 1, at: 7, ms: 2 },
  ];
  t.deepEqual(linesOf(events), [
    'Container app-db-1 Running',
    'Container app-job-1 Stopped',
    'Container app-web-1 Started',
  ]);
});

/** Red without: `restarting` in changes.ts. */
test('a container that is waited for and restarts says so once', (t) => {
  const restarting = (container: string): Event => ({
    ...{ type: 'container.restarting', container, service: 'db', number: 1 },
    ...{ exitCode: 1, delay: 100, time: 7 },
  });
  const [before, after] = [waitingEvents.slice(0, 4), waitingEvents.slice(4)];
  const events = [restarting('app-db-1'), restarting('app-web-1'), restarting('app-db-1')];
  t.deepEqual(linesOf([...before, ...events, ...after, restarting('app-db-1')]), [
    'Container app-db-1 Started (PID 1 inside, 7 outside)',
    'Container app-db-1 Waiting (needed by web)',
    'Container app-db-1 Restarting (1)',
    'Container app-db-1 Healthy',
    'Container app-web-1 Started (PID 1 inside, 8 outside)',
  ]);
});

/** Red without: `endOf` in changes.ts. */
test('who used up the grace period is named by a recreate too', (t) => {
  const detail = 'killed after 10 s: its PID 1 did not end at SIGTERM';
  const events = recreatedEvents.map((event) =>
    event.type === 'operation.done' && event.id === 2 ? { ...event, detail } : event,
  );
  t.is(linesOf(events)[0], `Container app-web-1 Recreated (${detail})`);
});
