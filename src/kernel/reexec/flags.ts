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
 * although most time is spent in the kernel. At the end the flags are those of the start again: code is kept for a
 * process that begins with them (code-cache.ts).
 */
export const staySmall = (): void => {
  const set = (flags: readonly string[]): void => flags.forEach((flag) => void setFlagsFromString(flag));
  set(['--semi-space-growth-factor=1', '--no-opt']);
  process.once('exit', () => set(['--semi-space-growth-factor=2', '--opt']));
};
