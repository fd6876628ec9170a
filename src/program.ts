import { run } from './cli/command-line.ts';
import type { Keep } from './code-cache.ts';

/** Runs one command line. `keep` is for one that has run what its like need long before its end. */
export type Main = (words: readonly string[], keep: Keep) => Promise<Ended>;

/** The name of the command, and its exit status. */
export type Ended = { readonly name: string; readonly exitCode?: number };

/** The commands that people type. */
export const main: Main = run;
