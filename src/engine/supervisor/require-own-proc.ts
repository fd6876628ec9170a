import { readlinkSync } from 'node:fs';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';

/**
 * Throws a Problem if /proc is that of another PID namespace: starts are followed there, and the process of another
 * program would be taken for that of a container.
 */
export const requireOwnProc = (): void => {
  // proc(5): the PID of the reader in the PID namespace of this procfs.
  if (readlinkSync('/proc/self') !== String(process.pid)) throw new Problem(FOREIGN);
};

const FOREIGN: Diagnostic = {
  severity: 'error',
  code: 'foreign-proc',
  message: '/proc is that of another PID namespace',
  help: 'mount it anew in this one: `mount -t proc proc /proc`, or start with `unshare --pid --fork --mount-proc`',
};
