import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { segmentFiles, segmentsOf } from '../../../src/engine/logs/files.ts';
import { keepLogs } from '../../../src/engine/logs/keeper.ts';
import type { LogLimits } from '../../../src/engine/logs/limits.ts';
import { Readiness } from '../../../src/kernel/ffi/readiness.ts';

/** A keeper of the logs of one container, and the directory of its pipes. */
const keeping = (t: ExecutionContext, limits: LogLimits) => {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-keeper-'));
  const readiness = new Readiness();
  t.teardown(() => {
    readiness.close();
    rmSync(directory, { recursive: true });
  });
  for (const stream of ['stdout', 'stderr']) execFileSync('mkfifo', [join(directory, stream)]);
  const log = join(directory, 'web');
  return {
    directory,
    log,
    keeper: keepLogs(readiness, directory, { path: log, limits, onRotation: () => {} }),
  };
};

test('what is in the pipes when a container ends is stored, without another turn of the event loop', (t) => {
  const { directory, log, keeper } = keeping(t, { maxSize: 1 << 20, maxFiles: 2 });
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

/** Red without: `space` in `move` of store.ts. */
test('a file is not much larger than its limit, however much is in the pipe', (t) => {
  const { directory, log, keeper } = keeping(t, { maxSize: 5000, maxFiles: 100 });
  const pipe = openSync(join(directory, 'stdout'), constants.O_WRONLY);
  writeSync(pipe, 'a line of twenty...\n'.repeat(3000));
  closeSync(pipe);
  keeper.end();
  const sizes = segmentsOf(log).map((number) => statSync(segmentFiles(log, number).stdout).size);
  t.true(Math.max(...sizes) <= 5000 + 4096, sizes.join(' '));
  t.is(
    sizes.reduce((sum, size) => sum + size, 0),
    60_000,
  );
});
