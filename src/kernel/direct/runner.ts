import type { Readiness } from '../ffi/readiness.ts';
import { posixSpawn } from '../ffi/spawn.ts';
import { childProcess } from '../launch/child.ts';
import type { Runner } from '../program/runner.ts';

/**
 * Direct: the process is the stage, a program of some 380 bytes in a memfd. It starts fast, has a few pages of memory,
 * and has only the given descriptors.
 */
export const directRunner = (stage: number, readiness: Readiness): Runner => ({
  name: 'direct',
  readiness,
  spawn: (descriptors) => childProcess(posixSpawn(`/proc/self/fd/${stage}`, descriptors), readiness),
});
