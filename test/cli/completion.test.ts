import test from 'ava';
import { scripts } from '../../src/cli/actions/completion.ts';
import { commands } from '../../src/cli/command-table.ts';
import { completedCommands, globalFlags } from '../../src/cli/completion/grammar.ts';
import { shownOptions } from '../../src/cli/grammar/flags.ts';
import { globalOptions } from '../../src/cli/grammar/global-options.ts';

const flagsIn = (flags: string): string[] => flags.match(/(?<![\w-])--?[a-zA-Z][a-z0-9-]*/g) ?? [];
const byName = new Map(completedCommands(commands).map((command) => [command.names[0], command]));

test('every command and every option of the table is completed, and nothing else', (t) => {
  t.deepEqual(
    [...byName.keys()],
    commands.map(({ name }) => name),
  );
  const help = ['-h', '--help'];
  for (const { name, options } of commands) {
    const names = byName.get(name)!.flags.flatMap((flag) => flag.names);
    t.deepEqual(names, [...shownOptions(options).flatMap(({ flags }) => flagsIn(flags)), ...help], name);
  }
  const names = globalFlags().flatMap((flag) => flag.names);
  t.deepEqual(names, [...globalOptions.flatMap(({ flags }) => flagsIn(flags)), ...help]);
});

/** A name of two words, in quotes. */
const quotedPair =
  (quote: string) =>
  (name: string): string =>
    name.includes(' ') ? `${quote}${name}${quote}` : name;

/** The part of each script that is about one command, or about what comes before. */
const sections: Readonly<Record<keyof typeof scripts, (text: string, names: readonly string[]) => string>> = {
  bash: (text, names) =>
    new RegExp(`^ +${names.map(quotedPair("'")).join(' \\| ') || "''"}\\) choices='(.*)' ;;$`, 'm').exec(
      text,
    )?.[1] ?? '',
  zsh: (text, names) =>
    (names.length === 0
      ? /_arguments -C([\s\S]*?)->command/
      : new RegExp(
          `^    ${names.map((name) => name.replace(' ', '\\\\ ')).join('\\|')}\\)\n([\\s\\S]*?)^      ;;$`,
          'm',
        )
    ).exec(text)?.[1] ?? '',
  fish: (text, names) =>
    text
      .split('\n')
      .filter((line) => line.includes(`-n '__tscompose_line ${names.map(quotedPair('"')).join(' ') || '""'}`))
      .join('\n'),
};

/** How a flag is written in each. */
const spellings: Readonly<Record<keyof typeof scripts, (flag: string) => RegExp>> = {
  bash: (flag) => new RegExp(`(^| )${flag}( |$)`),
  zsh: (flag) => new RegExp(`[{,'*]${flag}[},\\[']`),
  fish: (flag) => new RegExp(flag.startsWith('--') ? ` -l ${flag.slice(2)} ` : ` -s ${flag.slice(1)} `),
};

for (const shell of ['bash', 'zsh', 'fish'] as const)
  test(`the script for ${shell} has every option where it belongs`, (t) => {
    const text = scripts[shell](commands);
    for (const { names, flags } of [{ names: [], flags: globalFlags() }, ...completedCommands(commands)]) {
      const section = sections[shell](text, names);
      for (const flag of flags.flatMap((each) => each.names))
        t.regex(section, spellings[shell](flag), `${names} ${flag}`);
      for (const name of names.flatMap((each) => each.split(' '))) t.regex(text, new RegExp(`\\b${name}\\b`));
    }
    t.notRegex(text, /undefined|\[object|\$\{[^}]*=>/);
  });

test('values are known by what they are called', (t) => {
  const value = (command: string, flag: string) =>
    byName.get(command)!.flags.find(({ names }) => names.includes(flag))!.value;
  t.deepEqual(value('up', '--exit-code-from'), { kind: 'services' });
  t.deepEqual(value('config', '--format'), { kind: 'words', words: ['yaml', 'json'] });
  t.deepEqual(value('config', '-o'), { kind: 'files' });
  t.deepEqual(value('explain', '-o'), { kind: 'directories' });
  t.deepEqual(value('run', '--entrypoint'), { kind: 'anything' });
  t.is(value('up', '-d'), undefined);
  t.deepEqual(globalFlags().find(({ names }) => names.includes('--profile'))?.value, { kind: 'profiles' });
});

test('operands too', (t) => {
  const operands = (command: string) => byName.get(command)!.operands.map(({ kind }) => kind);
  t.deepEqual(operands('up'), ['services']);
  t.deepEqual(operands('exec'), ['services', 'command']);
  t.deepEqual(operands('completion'), ['words']);
  t.deepEqual(operands('help'), ['words', 'words']);
  t.deepEqual(operands('volume rm'), ['volumes']);
  t.deepEqual(operands('doctor'), []);
});
