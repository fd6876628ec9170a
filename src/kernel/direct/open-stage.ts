import { fchmodSync, fstatSync, writeSync } from 'node:fs';
import { ARCHITECTURE } from '../execute.ts';
import { executableMemfd } from '../ffi/descriptors.ts';
import { elf } from './elf.ts';
import { machineCode } from './stage.ts';

/** A descriptor of the stage, which can be executed and never changed. */
export const openStage = (): number => {
  const file = elf(machineCode(ARCHITECTURE), ARCHITECTURE);
  return executableMemfd('tscompose-stage', (fd) => {
    writeSync(fd, file);
    // ptrace(2): no other user looks into a process whose program it may not read.
    fchmodSync(fd, fstatSync(fd).mode & 0o111);
  });
};
