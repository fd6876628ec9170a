import { closeSync, fstatSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pid } from 'node:process';
import test from 'ava';
import { openEtcFile } from '../../../src/engine/etc/etc-file-descriptor.ts';
import { lifeOf, writeLife } from '../../../src/engine/record/life.ts';

const withRun = (use: (paths: { readonly run: string; readonly life: string }) => void): void => {
  const run = mkdtempSync(join(tmpdir(), 'tscompose-etc-'));
  try {
    use({ run, life: join(run, 'life') });
  } finally {
    rmSync(run, { recursive: true });
  }
};

test('a container that an earlier version has started has its file in the run directory', (t) => {
  withRun((paths) => {
    writeFileSync(join(paths.run, 'hosts'), '');
    const fd = openEtcFile(paths, pid, 'hosts');
    t.is(fstatSync(fd).ino, statSync(join(paths.run, 'hosts')).ino);
    closeSync(fd);
  });
});

// Red without: the comparison of devices in etc-file-descriptor.ts.
test('a file in the root of the process is not opened if it is on another file system, or if none is recorded', (t) => {
  withRun((paths) => {
    t.throws(() => openEtcFile(paths, pid, 'hosts'), { code: 'ESTALE' });
    writeLife(paths.life, { ...lifeOf(pid)!, etcDevice: statSync('/etc/hosts').dev + 1 });
    t.throws(() => openEtcFile(paths, pid, 'hosts'), { code: 'ESTALE' });
  });
});

test('a file that is not there is an error of Node', (t) => {
  withRun((paths) => {
    t.throws(() => openEtcFile(paths, 2 ** 22 + 1, 'hosts'), { code: 'ENOENT' });
  });
});
