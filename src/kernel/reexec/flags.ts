/**
 * Flags of Node for a process that stays, or is one of many. V8 lets what is young grow to 48 MB before it looks; its
 * optimising compiler and its threads would take a processor from the containers that start, for code whose time the
 * kernel takes. All of our processes have the same, for what V8 keeps of its work is good for one set only.
 */
export const SMALL: readonly string[] = ['--max-semi-space-size=2', '--no-opt', '--v8-pool-size=0'];
