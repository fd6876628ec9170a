import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { keepLogs } from '../../../src/engine/logs/keeper.ts';
import { Readiness } from '../../../src/kernel/ffi/readiness.ts';

test('what is in the pipes when a container ends is stored, without another turn of the event loop', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-keeper-'));
  const readiness = new Readiness();
  t.teardown(() => {
    readiness.close();
    rmSync(directory, { recursive: true });
  });
  for (const stream of ['stdout', 'stderr']) execFileSync('mkfifo', [join(directory, stream)]);
  const log = join(directory, 'web');
  const keeper = keepLogs(readiness, directory, log);
  let grown = 0;
  keeper.onGrowth(() => grown++);
  for (const stream of ['stdout', 'stderr']) {
    const pipe = openSync(join(directory, stream), constants.O_WRONLY);
    writeSync(pipe, `last words of ${stream}\n`);
    closeSync(pipe);
  }
  keeper.end();
  t.is(readFileSync(`${log}.stdout`, 'utf8'), 'last words of stdout\n');
  t.is(readFileSync(`${log}.stderr`, 'utf8'), 'last words of stderr\n');
  t.true(grown > 0);
});
