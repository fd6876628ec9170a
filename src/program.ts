import { run } from './cli/command-line.ts';

/** Runs one command line. */
export type Main = (words: readonly string[]) => Promise<Ended>;

/** The name of the command, and its exit status. */
export type Ended = { readonly name: string; readonly exitCode?: number };

/** The commands that people type. */
export const main: Main = run;
