import { fchmodSync, fstatSync, writeSync } from 'node:fs';
import { executableMemfd } from '../ffi/descriptors.ts';
import { ARCHITECTURE } from '../program/architecture.ts';
import { elf } from './elf.ts';
import { machineCode } from './stage.ts';

/** A descriptor of the stage: executable and sealed against changes. */
export const openStage = (): number => {
  const file = elf(machineCode(ARCHITECTURE), ARCHITECTURE);
  return executableMemfd('tscompose-stage', (fd) => {
    writeSync(fd, file);
    // ptrace(2): a process whose executable is unreadable is not dumpable, so other users cannot inspect it.
    fchmodSync(fd, fstatSync(fd).mode & 0o111);
  });
};
