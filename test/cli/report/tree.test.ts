import { setTimeout } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import type { Event } from '../../../src/api/events.ts';
import { treeReporter } from '../../../src/cli/report/tree.ts';
import { failedEvents, notRecreatedEvents, recreatedEvents, upEvents, waitingEvents } from './events.ts';

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
    '✔ Network app_default Created',
    '✔ Container app-web-1 Started (PID 1 inside, 12345 outside)',
  ]);
});

test.serial('what was undone does not stay as done, and what failed stays as failed', async (t) => {
  t.deepEqual(await picture(failedEvents), [
    '✖ Container app-db-1 Error (could not be undone)',
    '✖ Container app-web-1 Error (failed to start), undone',
    '↓ Container app-api-1 Skipped (web-1 did not start)',
    '← Network app_default Undone',
  ]);
});

test.serial('a container that is recreated is one line', async (t) => {
  t.deepEqual(await picture(recreatedEvents), [
    '✔ Container app-web-1 Started (PID 1 inside, 12345 outside)',
  ]);
  t.deepEqual(await picture(notRecreatedEvents), [
    '✖ Container app-web-1 Undone (not replaced; the one before was started again)',
  ]);
});

test.serial('a plan without operations draws nothing', async (t) => {
  t.deepEqual(
    await picture([
      { type: 'plan', operations: [], unchanged: [] },
      { type: 'end', exitCode: 0, last: false },
    ]),
    [''],
  );
});

/** Red without: each line of `share` in tree.ts, `lines.event`, or `isShared` where a task is painted. */
test.serial(
  'once other output is written, the tree stays as it was, and each result is a line',
  async (t) => {
    const written: string[] = [];
    const terminal = { columns: 80, rows: 24, write: (text: string) => written.push(text) };
    const reporter = treeReporter(terminal as unknown as NodeJS.WriteStream);
    const [before, after] = [waitingEvents.slice(0, 4), waitingEvents.slice(4)];
    for (const event of before) reporter.event(event);
    // The tasks begin a turn later; pictures are 80 ms apart.
    await setTimeout(100);
    await reporter.share!();
    const last = written.findLast((text) => text.includes('-1')) ?? '';
    t.deepEqual(stripVTControlCharacters(last).trimEnd().split('\n'), [
      '◼ Container app-db-1 Waiting (needed by web)',
      '◼ Container app-web-1',
    ]);
    await setTimeout(100);
    const drawn = written.length;
    for (const event of after) reporter.event(event);
    await reporter.finish();
    t.deepEqual(written.slice(drawn), [
      'Container app-db-1 Healthy\n',
      'Container app-web-1 Started (PID 1 inside, 8 outside)\n',
    ]);
  },
);
