/**
 * Flags of Node for a long-lived process, or for one of many. By default, V8's young generation grows to 48 MB before
 * a collection. The optimising compiler and its threads would compete with starting containers for the CPU, although
 * most time is spent in the kernel. All processes of tscompose use the same flags: V8's code cache depends on them.
 */
export const SMALL: readonly string[] = ['--max-semi-space-size=2', '--no-opt', '--v8-pool-size=0'];
