import { signalNames } from '../../base/signal.ts';
import { type CommandGroup, commandGroups, firstWords, secondWord } from '../grammar/command-groups.ts';
import { shownOptions } from '../grammar/flags.ts';
import { globalOptions } from '../grammar/global-options.ts';
import type { CommandSpec, OptionSpec } from '../grammar/option-types.ts';
import { psStates } from '../grammar/ps-values.ts';

/** The possible words at a place of a command line, as far as a shell can know them. */
export type Filler =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** Names from the files; also services of inactive profiles, because naming a service activates its profile. */
  | { readonly kind: Listed }
  | { readonly kind: 'files' }
  | { readonly kind: 'directories' }
  /** A command and its arguments, to the end of the line. */
  | { readonly kind: 'command' }
  | { readonly kind: 'anything' };

/** The lists of tscompose itself, in words of a command line for a shell. */
export const listings = {
  services: "--profile '*' config --services",
  profiles: "--profile '*' config --profiles",
  volumes: 'volume ls --quiet',
} as const;

export type Listed = keyof typeof listings;

export type Flag = {
  /** `-f` and `--file`, or only the long name. */
  readonly names: readonly string[];
  readonly summary: string;
  /** The possible values; absent for a flag without one. */
  readonly value?: Filler;
  /** The name of the value. */
  readonly placeholder?: string;
  readonly repeat: boolean;
};

export type Command = {
  /** The name, and the alias. */
  readonly names: readonly string[];
  readonly summary: string;
  readonly flags: readonly Flag[];
  /** The possible operands, one by one; with `more`, the last one applies to all further operands. */
  readonly operands: readonly Filler[];
  readonly more: boolean;
  /** Whether all words after the first operand belong to another program. */
  readonly passThrough: boolean;
};

export const help: Flag = { names: ['-h', '--help'], summary: 'Print help', repeat: false };

export const globalFlags = (): readonly Flag[] => [...globalOptions.map(flagOf), help];

export const completedCommands = (commands: readonly CommandSpec[]): readonly Command[] =>
  commands.map((spec) => {
    const operands = spec.operands.split(' ').filter(Boolean);
    return {
      names: [spec.name, ...(spec.alias ? [spec.alias] : [])],
      summary: spec.summary,
      flags: [...shownOptions(spec.options).map(flagOf), help],
      operands: operands.map((operand) => operandOf(operand, spec, commands)),
      more: operands.at(-1)?.includes('...') ?? false,
      passThrough: spec.passThrough ?? false,
    };
  });

/** The words behind the first one of a command with two. */
export const completedGroups = (
  commands: readonly CommandSpec[],
): readonly (CommandGroup & { readonly words: readonly string[] })[] =>
  commandGroups(commands).map((group) => ({ ...group, words: group.members.map(secondWord) }));

/** The flags with a value. */
export const valued = (flags: readonly Flag[]): readonly Flag[] => flags.filter(({ value }) => value);

function flagOf({ flags, summary, choices, repeat }: OptionSpec): Flag {
  const names = flags.split(/[ ,]+/).filter((word) => word.startsWith('-'));
  const placeholder = /<(.*)>/.exec(flags)?.[1];
  if (placeholder === undefined) return { names, summary, repeat: repeat === true };
  return { names, summary, placeholder, value: fillerOf(placeholder, choices), repeat: repeat === true };
}

function operandOf(operand: string, { words }: CommandSpec, commands: readonly CommandSpec[]): Filler {
  const name = operand.replaceAll(/[^a-z]/g, '');
  if (name === 'command') return { kind: 'words', words: firstWords(commands) };
  if (name === 'subcommand') return { kind: 'words', words: secondWords(commands) };
  return fillerOf(name, words);
}

function secondWords(commands: readonly CommandSpec[]): readonly string[] {
  const members = commandGroups(commands).flatMap((group) => group.members);
  return [...new Set(members.map(secondWord))];
}

function fillerOf(placeholder: string, words: readonly string[] | undefined): Filler {
  if (words) return { kind: 'words', words };
  return fillers[placeholder] ?? { kind: 'anything' };
}

/** The possible words for each name in angle brackets. */
const fillers: Readonly<Record<string, Filler>> = {
  service: { kind: 'services' },
  volume: { kind: 'volumes' },
  profile: { kind: 'profiles' },
  path: { kind: 'files' },
  file: { kind: 'files' },
  directory: { kind: 'directories' },
  signal: { kind: 'words', words: signalNames() },
  state: { kind: 'words', words: psStates },
  cmd: { kind: 'command' },
};
