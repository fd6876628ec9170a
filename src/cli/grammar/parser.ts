import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Command as CommandRow } from './command.ts';
import { commands } from './command-table.ts';
import { type Globals, globalOptions } from './global-options.ts';
import { commandHelp, overview } from './help-text.ts';
import type { OptionSpec } from './option-types.ts';

import { usageProblem } from './usage.ts';
import { saysYes } from './values.ts';

/** The command of a command line, with its options and operands. */
export type Parsed = {
  readonly command: CommandRow;
  readonly globals: Globals;
  readonly options: object;
  readonly operands: readonly string[];
};

/** Reads the command line; undefined if it asked for help, which has then been printed. */
export function parse(words: readonly string[], print: (text: string) => void): Parsed | undefined {
  let parsed: Parsed | undefined;
  const program = buildProgram(print, (command, options, operands) => {
    parsed = { command, globals: program.opts(), options, operands };
  });
  try {
    program.parse(withoutHabits(words), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.help') print(overview(commands));
    else if (error.exitCode !== 0) throw usageProblem(error.message);
  }
  return parsed;
}

/** `--version` and `-v` are accepted in place of the command `version`. */
function withoutHabits(words: readonly string[]): readonly string[] {
  return words[0] === '--version' || words[0] === '-v' ? ['version', ...words.slice(1)] : words;
}

type Found = (command: CommandRow, options: object, operands: readonly string[]) => void;

function buildProgram(print: (text: string) => void, found: Found): Command {
  const program = new Command('tscompose')
    .enablePositionalOptions()
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: () => {} });
  program.helpInformation = () => overview(commands);
  for (const spec of globalOptions) program.addOption(buildOption(spec));
  for (const spec of commands) program.addCommand(buildCommand(spec, program, found));
  return program;
}

function buildCommand(spec: CommandRow, program: Command, found: Found): Command {
  const command = new Command(spec.name)
    .copyInheritedSettings(program)
    .helpCommand(false)
    .passThroughOptions(spec.passThrough ?? false)
    .action(() => found(spec, command.opts(), command.args));
  command.helpInformation = () => commandHelp(spec);
  if (spec.alias) command.alias(spec.alias);
  for (const operand of spec.operands.split(' ').filter(Boolean)) command.argument(operand);
  for (const option of spec.options) command.addOption(buildOption(option));
  return command;
}

function buildOption(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.summary);
  if (spec.repeat) {
    option.default([]);
    option.argParser((text, before: unknown[]) => [...before, readValue(spec, text)]);
  } else if (spec.flags.includes('<')) {
    if (spec.default !== undefined) option.default(spec.default);
    option.argParser((text) => readValue(spec, text));
  }
  if (spec.env && countsAsSet(spec, process.env[spec.env])) option.env(spec.env);
  return option;
}

function readValue(spec: OptionSpec, text: string): unknown {
  if (spec.choices?.includes(text) === false) {
    throw new InvalidArgumentError(`expected one of ${spec.choices.join(', ')}`);
  }
  try {
    return spec.parse ? spec.parse(text) : text;
  } catch (error) {
    throw error instanceof TypeError ? new InvalidArgumentError(error.message) : error;
  }
}

/** An empty variable counts as unset; the variable of a flag must have a true value. */
function countsAsSet(spec: OptionSpec, value: string | undefined): boolean {
  return spec.flags.includes('<') ? Boolean(value) : saysYes(value);
}
