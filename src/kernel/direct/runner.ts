import { childProcess } from '../child.ts';
import type { Readiness } from '../ffi/readiness.ts';
import { posixSpawn } from '../ffi/spawn.ts';
import type { Runner } from '../runner.ts';

/**
 * Direct: the process is the stage, a program of some 380 bytes in memory. It starts as fast as a process can, has a few
 * pages of its own, and holds nothing but the descriptors that it was given.
 */
export const directRunner = (stage: number, readiness: Readiness): Runner => ({
  name: 'direct',
  readiness,
  spawn: (descriptors) => childProcess(posixSpawn(`/proc/self/fd/${stage}`, descriptors), readiness),
});
