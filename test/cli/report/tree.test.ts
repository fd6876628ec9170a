import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import type { Event } from '../../../src/api/events.ts';
import { treeReporter } from '../../../src/cli/report/tree.ts';
import { failedEvents, notRecreatedEvents, recreatedEvents, upEvents } from './events.ts';

/** The lines that stay on the terminal. */
const picture = async (events: readonly Event[]): Promise<string[]> => {
  const written: string[] = [];
  const terminal = { columns: 80, rows: 24, write: (text: string) => written.push(text) };
  const reporter = treeReporter(terminal as unknown as NodeJS.WriteStream);
  for (const event of events) reporter.event(event);
  await reporter.finish();
  const last = written.findLast((text) => text.includes('-1')) ?? '';
  return stripVTControlCharacters(last).trimEnd().split('\n');
};

test.serial('a resource is one line, whatever number of operations it takes', async (t) => {
  t.deepEqual(await picture(upEvents), [
    '✔ network app_default created',
    '✔ web-1 running: PID 1 inside, 12345 outside',
  ]);
});

test.serial('what was undone does not stay as done, and what failed stays as failed', async (t) => {
  t.deepEqual(await picture(failedEvents), [
    '✖ db-1 could not be undone',
    '✖ web-1 failed to start, undone',
    '↓ api-1 skipped: web-1 did not start',
    '← network app_default undone',
  ]);
});

test.serial('a container that is made anew is one line', async (t) => {
  t.deepEqual(await picture(recreatedEvents), ['✔ web-1 running: PID 1 inside, 12345 outside']);
  t.deepEqual(await picture(notRecreatedEvents), [
    '✖ web-1 could not be replaced; the one before was started again',
  ]);
});

test.serial('a plan without operations draws nothing', async (t) => {
  t.deepEqual(
    await picture([
      { type: 'plan', operations: [] },
      { type: 'end', exitCode: 0, last: false },
    ]),
    [''],
  );
});
