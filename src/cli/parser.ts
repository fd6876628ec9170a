import { commands } from './command-table.ts';
import type { Command } from './grammar/command.ts';
import { commandGroups } from './grammar/command-groups.ts';
import { dockerCommands, dockerGlobals } from './grammar/docker-compose.ts';
import { type Globals, globalOptions } from './grammar/global-options.ts';
import { commandHelp, groupHelp, overview } from './grammar/help-text.ts';
import { notHere } from './grammar/not-here.ts';
import { readOptions } from './grammar/read-options.ts';
import { unknownCommand } from './grammar/unknown-command.ts';
import { seeHelp, usage } from './grammar/usage.ts';

/** The command of a command line, with its options and operands. */
export type Parsed = {
  readonly command: Command;
  readonly globals: Globals;
  readonly options: object;
  readonly operands: readonly string[];
};

/** Reads the command line; undefined if it asked for help, which has then been printed. */
export function parse(line: readonly string[], print: (text: string) => void): Parsed | undefined {
  const before = readOptions(withoutHabits(line), {
    command: '',
    options: globalOptions,
    docker: dockerGlobals,
    passThrough: true,
  });
  const [name, ...words] = before.operands;
  if (before.wantsHelp || name === undefined) {
    print(overview(commands));
    return undefined;
  }
  const group = commandGroups(commands).find((each) => each.name === name);
  const [second, ...others] = words;
  if (group && (second === undefined || second === '-h' || second === '--help')) {
    print(groupHelp(group));
    return undefined;
  }
  const command = commandOf(group ? `${name} ${second}` : name);
  const rest = group ? others : words;
  const { options, operands, wantsHelp } = readOptions(rest, {
    command: command.name,
    options: command.options,
    docker: dockerCommands.find((each) => each.name === command.name)?.options ?? [],
    passThrough: command.passThrough ?? false,
  });
  if (wantsHelp) {
    print(commandHelp(command));
    return undefined;
  }
  checkOperands(command, operands);
  return { command, globals: before.options as Globals, options, operands };
}

/** `--version` and `-v` are accepted in place of the command `version`. */
function withoutHabits(words: readonly string[]): readonly string[] {
  return words[0] === '--version' || words[0] === '-v' ? ['version', ...words.slice(1)] : words;
}

function commandOf(name: string): Command {
  const own = commands.find((each) => each.name === name || each.alias === name);
  if (own) return own;
  const docker = dockerCommands.find((each) => each.name === name);
  throw docker ? notHere('command', docker.name, docker.lacks) : unknownCommand(name, commands);
}

/** The notation is that of usage lines: `<service> [command...]`. */
function checkOperands({ name, operands: notation }: Command, operands: readonly string[]): void {
  const expected = notation.split(' ').filter(Boolean);
  const missing = expected.slice(operands.length).find((each) => each.startsWith('<'));
  if (missing)
    throw usage(`missing required argument \`${missing.replaceAll(/[<>.]/g, '')}\``, seeHelp(name));
  const isOpen = expected.at(-1)?.includes('...') ?? false;
  if (operands.length > expected.length && !isOpen)
    throw usage(
      `too many arguments for \`${name}\`: expected ${expected.length}, got ${operands.length}`,
      seeHelp(name),
    );
}
