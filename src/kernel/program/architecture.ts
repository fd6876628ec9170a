import type { Architecture } from './syscalls.ts';

/** Of this machine: the numbers of system calls depend on it. */
export const ARCHITECTURE = process.arch as Architecture;
