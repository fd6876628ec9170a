import test from 'ava';
import type { Event } from '../../../src/api/events.ts';
import { diagnosticLine, jsonReporter, type ProgressLine } from '../../../src/cli/report/json.ts';
import { failedEvents, recreatedEvents, upEvents } from './events.ts';

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
    { id: 'Container app-web-1', status: 'Working', text: 'Creating', at, because },
    { id: 'Container app-web-1', status: 'Done', text: 'Created', ms: 1, at, because },
    { id: 'Container app-web-1', status: 'Working', text: 'Starting', at, because },
    {
      id: 'Container app-web-1',
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
      ['Error', 'Error'],
      ['Warning', 'Skipped'],
      ['Warning', 'Undone'],
      ['Error', 'Error'],
      ['Warning', 'Undone'],
    ],
  );
});

test('a recreate has the id of its container, and a container with nothing to do has a line', (t) => {
  const kept: Event = {
    type: 'plan',
    operations: [],
    unchanged: [{ container: 'app-db-1', state: 'running' }],
  };
  const steps = objectsOf([kept, ...recreatedEvents]);
  t.deepEqual(
    steps.map(({ id, status, text, details = '' }) => `${id} ${status} ${text} ${details}`.trim()),
    [
      'Container app-db-1 Done Running',
      'Container app-web-1 Working Recreate creating',
      'Container app-web-1 Working Recreate created',
      'Container app-web-1 Working Recreate stopping',
      'Container app-web-1 Working Recreate stopped',
      'Container app-web-1 Working Recreate renaming',
      'Container app-web-1 Done Recreated',
      'Container app-web-1 Working Starting',
      'Container app-web-1 Done Started PID 1 inside, 12345 outside',
      'Container 0a1b_app-web-1 Working Removing',
      'Container 0a1b_app-web-1 Done Removed',
    ],
  );
});

test('a diagnostic is one object with all it knows', (t) => {
  const diagnostic = { severity: 'warning', code: 'no-controller', message: 'no cgroup controller' } as const;
  const line = diagnosticLine(diagnostic);
  t.true(line.endsWith('\n'));
  t.deepEqual(JSON.parse(line), { status: 'Warning', text: 'no cgroup controller', diagnostic });
});
