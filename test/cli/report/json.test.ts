import test from 'ava';
import type { Event } from '../../../src/api/events.ts';
import { diagnosticLine, jsonReporter, type ProgressLine } from '../../../src/cli/report/json.ts';
import { failedEvents, upEvents } from './events.ts';

const objectsOf = (events: readonly Event[]): ProgressLine[] => {
  const lines: string[] = [];
  const reporter = jsonReporter((text) => lines.push(text));
  for (const event of events) reporter.event(event);
  return lines.map((line) => JSON.parse(line));
};

test('every step of an operation is one object in the shape that Compose tools know', (t) => {
  const because = 'it is not there';
  const at = 7;
  t.deepEqual(objectsOf(upEvents), [
    { id: 'Network app_default', status: 'Working', text: 'Creating', at, because },
    { id: 'Network app_default', status: 'Done', text: 'Created', ms: 2, at, because },
    { id: 'Container web-1', status: 'Working', text: 'Creating', at, because },
    { id: 'Container web-1', status: 'Done', text: 'Created', ms: 1, at, because },
    { id: 'Container web-1', status: 'Working', text: 'Starting', at, because },
    {
      id: 'Container web-1',
      status: 'Done',
      text: 'Started',
      details: 'PID 1 inside, 12345 outside',
      ms: 4,
      at,
      because,
    },
  ]);
});

test('a failure is an error, what was undone and what did not happen are warnings', (t) => {
  const results = objectsOf(failedEvents).filter(({ status }) => status !== 'Working' && status !== 'Done');
  t.deepEqual(
    results.map(({ status, text }) => [status, text]),
    [
      ['Error', 'Failed to start'],
      ['Warning', 'Skipped'],
      ['Warning', 'Undone'],
      ['Error', 'Failed to undo'],
      ['Warning', 'Undone'],
    ],
  );
});

test('a diagnostic is one object with all it knows', (t) => {
  const diagnostic = { severity: 'warning', code: 'no-controller', message: 'no cgroup controller' } as const;
  const line = diagnosticLine(diagnostic);
  t.true(line.endsWith('\n'));
  t.deepEqual(JSON.parse(line), { status: 'Warning', text: 'no cgroup controller', diagnostic });
});
