import { setFlagsFromString } from 'node:v8';

/**
 * Flags of Node for a long-lived process, or for one of many: without threads of V8, which would compete with starting
 * containers for the CPU. Flags of V8 on a command line would cost more than a third of a start, because V8 takes the
 * code that Node has compiled in advance only with the flags of Node's own build.
 */
export const SMALL: readonly string[] = ['--v8-pool-size=0'];

/**
 * Flags of V8 that are set when all code is loaded. By default, the young generation grows to 48 MB before a collection;
 * without growth it keeps the 2 MB of the start. The optimising compiler would take CPU time from starting containers,
 * although most time is spent in the kernel. The code of a start would be thrown away where none follows for long, and be
 * compiled again for the next one, in this process and out of the cache of code.
 */
export const staySmall = (): void => {
  set(SMALL_NOW);
  process.once('exit', () => set(DEFAULTS));
};

/** Runs work with the flags of the start: code is kept for a process that begins with them (code-cache.ts). */
export const asAtTheStart = (work: () => void): void => {
  set(DEFAULTS);
  work();
  set(SMALL_NOW);
};

const SMALL_NOW = ['--semi-space-growth-factor=1', '--no-opt', '--no-flush-bytecode'];
const DEFAULTS = ['--semi-space-growth-factor=2', '--opt', '--flush-bytecode'];

const set = (flags: readonly string[]): void => flags.forEach((flag) => void setFlagsFromString(flag));
