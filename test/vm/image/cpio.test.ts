import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { cpio, directory, file } from './cpio.ts';

test('busybox finds in the archive what was put in', (t) => {
  const at = mkdtempSync(join(tmpdir(), 'tscompose-cpio-'));
  try {
    const archive = cpio([directory('bin'), file('bin/sh', 'abcde'), file('empty', '', 0o600)]);
    t.is(archive.length % 4, 0);
    execFileSync('busybox', ['cpio', '-id'], { cwd: at, input: archive, stdio: ['pipe', 'pipe', 'pipe'] });
    t.is(readFileSync(join(at, 'bin/sh'), 'utf8'), 'abcde');
    t.is(statSync(join(at, 'bin/sh')).mode & 0o777, 0o755);
    t.is(statSync(join(at, 'empty')).size, 0);
  } finally {
    rmSync(at, { recursive: true });
  }
});
