import type { Context } from '../command-context.ts';
import type { CommandSpec, OptionSpec, OptionsOf } from './option-types.ts';

/** A row of the table of commands: all that help says of it, and what runs it. */
export type Command<Specs extends readonly OptionSpec[] = readonly OptionSpec[]> = CommandSpec & {
  readonly options: Specs;
  /** Loads what it needs by itself, for help and completion load all rows. Resolves with the exit status. */
  run(invocation: Invocation<OptionsOf<Specs>>): Promise<number>;
};

/** A command line, read. */
export type Invocation<Options> = {
  readonly context: Context;
  readonly options: Options;
  readonly operands: readonly string[];
  /** The table, for commands about commands. */
  readonly commands: readonly Command[];
};

/** Makes what runs the command know its options. */
export const command = <const Specs extends readonly OptionSpec[]>(row: Command<Specs>): Command =>
  row as unknown as Command;
