import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdirSync, openSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { bundled } from '../../bundled.ts';
import { eventually } from '../../scenarios/harness/eventually.ts';
import { inState } from './support.ts';

/** Runs TypeScript that locks a file; resolves at its first output, a dot just before it locks. */
const startLocking = async (path: string) => {
  const module = new URL('../../../src/engine/volumes/volume-lock.ts', import.meta.url).pathname;
  const code = `import { writeSync } from 'node:fs';
    import { lockVolume } from ${JSON.stringify(module)};
    writeSync(1, '.');
    const lock = lockVolume(${JSON.stringify(path)}, 'exclusive');
    writeSync(1, typeof lock === 'object' ? 'locked' : lock);`;
  const child = spawn(process.execPath, [bundled(code)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const ended = once(child, 'close').then(() => output);
  await Promise.race([once(child.stdout, 'data'), ended]);
  return { child, ended };
};

test(
  'a volume that is removed between the open and the lock of its file is gone',
  inState(async (t, state) => {
    const volume = join(state, 'volume');
    mkdirSync(volume);
    // fifo(7): it waits in open(2) until another process opens the file for reading.
    execFileSync('mkfifo', [join(volume, 'lock')]);
    const { child, ended } = await startLocking(join(volume, 'lock'));
    try {
      // proc_pid_stat(5): S is a process that waits.
      await eventually('the process waits in open(2)', () =>
        readFileSync(`/proc/${child.pid}/stat`, 'utf8').includes(') S '),
      );
      renameSync(volume, join(state, 'removed'));
      const reader = openSync(join(state, 'removed/lock'), constants.O_RDONLY | constants.O_NONBLOCK);
      // Red without: the look at the inode in volume-lock.ts.
      t.is(await ended, '.gone');
      closeSync(reader);
    } finally {
      child.kill('SIGKILL');
    }
  }),
);
