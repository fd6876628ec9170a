import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { fileStream } from '../../../src/base/node/file-stream.ts';

// Red without: `open` before the stream (`createWriteStream` in its place).
test('a file is there before its stream, so that what removes it finds it', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-stream-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'new');
  const stream = await fileStream(path, 'wx');
  t.true(existsSync(path));
  t.is(statSync(path).mode & 0o777, 0o600);
  rmSync(path);
  stream.destroy();
  await new Promise((resolve) => stream.once('close', resolve));
  t.false(existsSync(path));
  await t.throwsAsync(fileStream(directory, 'wx'), { code: 'EEXIST' });
});
