import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readiness } from '../ffi/readiness.ts';
import type { Exit, Process, Runner } from '../runner.ts';
import { SMALL } from './flags.ts';

/**
 * Re-exec: the process is this very program again, started through /proc/self/exe with the hidden command `init`.
 * Portable, at the price of one Node start per container.
 */
export const reexecRunner = (entry: string, readiness: Readiness): Runner => ({
  name: 'reexec',
  readiness,
  spawn: (descriptors) => startInit(entry, descriptors),
});

const startInit = (entry: string, descriptors: readonly number[]): Process => {
  const child = spawn('/proc/self/exe', [...SMALL, entry, 'init'], {
    stdio: [...descriptors],
    env: {},
    cwd: '/',
    argv0: 'tscompose',
  });
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      resolve({ code: code ?? 0, signal: signal ? constants.signals[signal] : 0 });
    });
  });
  if (child.pid === undefined) throw new Error('/proc/self/exe could not be started');
  return { pid: child.pid, exited };
};
