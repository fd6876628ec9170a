import test from 'ava';
import type { Event } from '../../../src/api/events.ts';
import { linesReporter } from '../../../src/cli/report/lines.ts';
import { failedEvents, notRecreatedEvents, operation, recreatedEvents, upEvents } from './events.ts';

const linesOf = (events: readonly Event[]): string[] => {
  const lines: string[] = [];
  const reporter = linesReporter((text) => lines.push(text));
  for (const event of events) reporter.event(event);
  return lines.join('').split('\n').slice(0, -1);
};

test('each result is one line, and a container that runs says where', (t) => {
  t.deepEqual(linesOf(upEvents), [
    'network app_default created',
    'web-1 created',
    'web-1 running: PID 1 inside, 12345 outside',
  ]);
});

test('a failure, what was undone, what was not and what did not happen are lines', (t) => {
  t.deepEqual(linesOf(failedEvents), [
    'network app_default created',
    'db-1 running: PID 1 inside, 7 outside',
    'web-1 failed to start',
    'api-1 skipped: web-1 did not start',
    'web-1 undone',
    'db-1 could not be undone',
    'network app_default undone',
  ]);
});

test('the detail of what does not run follows the result', (t) => {
  const stop: Event[] = [
    { type: 'plan', operations: [operation(1, 'web-1', 'stop')] },
    { type: 'operation.done', id: 1, at: 7, ms: 2, detail: 'SIGKILL after 10s' },
  ];
  t.deepEqual(linesOf(stop), ['web-1 stopped: SIGKILL after 10s']);
});

test('a container that is made anew has its own name all the while', (t) => {
  t.deepEqual(linesOf(recreatedEvents), ['web-1 recreated', 'web-1 running: PID 1 inside, 12345 outside']);
});

test('a container that could not be replaced is told with what is there instead', (t) => {
  t.deepEqual(linesOf(notRecreatedEvents), [
    'web-1 recreated',
    'web-1 failed to start',
    'web-1 could not be replaced; the one before was started again',
  ]);
});
