import type { Context } from '../command-context.ts';
import type { CommandSpec, OptionSpec, OptionsOf } from './option-types.ts';

/** A row of the table of commands: the data for help, and the function that runs the command. */
export type Command<Specs extends readonly OptionSpec[] = readonly OptionSpec[]> = CommandSpec & {
  readonly options: Specs;
  /** Imports its action lazily, because help and completion load all rows. Resolves with the exit status. */
  run(invocation: Invocation<OptionsOf<Specs>>): Promise<number>;
};

/** A parsed command line. */
export type Invocation<Options> = {
  readonly context: Context;
  readonly options: Options;
  readonly operands: readonly string[];
  /** The table, for commands about commands. */
  readonly commands: readonly Command[];
};

/** Types the options of `run` by the options of the row. */
export const command = <const Specs extends readonly OptionSpec[]>(row: Command<Specs>): Command =>
  row as unknown as Command;
