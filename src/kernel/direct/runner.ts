import { writeSync } from 'node:fs';
import { ARCHITECTURE } from '../execute.ts';
import { Children } from '../ffi/children.ts';
import { executableMemfd } from '../ffi/descriptors.ts';
import { posixSpawn } from '../ffi/spawn.ts';
import type { Runner } from '../runner.ts';
import { elf } from './elf.ts';
import { machineCode } from './stage.ts';

/**
 * Direct: the process is the stage, a program of some 220 bytes in memory. It starts as fast as a process can, has a few
 * pages of its own, and holds nothing but the descriptors that it was given.
 */
export const directRunner = (): Runner => {
  const file = elf(machineCode(ARCHITECTURE), ARCHITECTURE);
  const stage = executableMemfd('tscompose-stage', (fd) => void writeSync(fd, file));
  const children = new Children();
  return {
    name: 'direct',
    startsHeavy: false,
    spawn: (descriptors) => {
      const pid = posixSpawn(`/proc/self/fd/${stage}`, descriptors);
      return { pid, exited: children.exitOf(pid) };
    },
  };
};
