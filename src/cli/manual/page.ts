import { shownOptions } from '../grammar/flags.ts';
import { globalOptions } from '../grammar/global-options.ts';
import type { CommandSpec, OptionSpec } from '../grammar/option-types.ts';
import { escaped, type Lines, list, literal, text } from './mdoc.ts';
import { description, files, furtherVariables } from './prose.ts';

/** The manual page tscompose(1), made from the table of options; `date` is the date of the page: `January 31, 2026`. */
export function manualPage(commands: readonly CommandSpec[], version: string, date: string): string {
  const sections: readonly (readonly [title: string, lines: Lines])[] = [
    ['NAME', ['.Nm tscompose', '.Nd run services from a Compose file as Linux containers']],
    ['SYNOPSIS', ['.Nm', '.Op Ar option ...', '.Ar command', '.Op Ar argument ...']],
    [
      'DESCRIPTION',
      [
        ...text(`${description} This is version ${version}.`),
        '.Pp',
        'Options before the command:',
        ...optionList(globalOptions),
      ],
    ],
    ['COMMANDS', commands.flatMap(commandLines)],
    ['ENVIRONMENT', list(environment(commands).map(([name, what]) => [`Ev ${name}`, what]))],
    ['FILES', list(files.map(([path, what]) => [`Pa ${path}`, what]))],
    ['EXIT STATUS', exitStatus(commands)],
    ['EXAMPLES', examples(commands)],
    ['SEE ALSO', ['.Xr veth 4 ,', '.Xr cgroups 7 ,', '.Xr namespaces 7']],
  ];
  return [
    `.Dd ${date}`,
    '.Dt TSCOMPOSE 1',
    '.Os',
    ...sections.flatMap(([title, lines]) => [`.Sh ${title}`, ...lines]),
    '',
  ].join('\n');
}

function commandLines({ name, alias, operands, summary, details, options }: CommandSpec): Lines {
  return [
    `.Ss ${name}${alias ? `, ${alias}` : ''}`,
    '.Nm',
    `.Cm ${name}`,
    ...(options.length > 0 ? ['.Op Ar option ...'] : []),
    ...operands.split(' ').filter(Boolean).map(operandMacros),
    '.Pp',
    ...text(`${summary}.${details ? ` ${details}` : ''}`),
    ...optionList(options),
  ];
}

/** `[service...]` is optional, `<cmd...>` is not. */
function operandMacros(operand: string): string {
  const name = operand.replaceAll(/[^a-z]/g, '');
  return `${operand.startsWith('[') ? '.Op Ar' : '.Ar'} ${name}${operand.includes('...') ? ' ...' : ''}`;
}

function optionList(options: readonly OptionSpec[]): Lines {
  return list(
    shownOptions(options).map((option) => {
      const { choices, default: preset, env } = option;
      const { summary, facts } = withoutFacts(option);
      const sentences = [
        summary,
        choices && `One of ${choices.map(code).join(', ')}`,
        preset && `The default is ${code(preset)}`,
        ...facts.map(([name, what]) =>
          name === 'env' ? `Environment variable: ${what}` : `The default is ${what}`,
        ),
        env && `Environment variable: ${env}`,
      ];
      return [
        flagMacros(option),
        sentences
          .filter(Boolean)
          .map((sentence) => `${sentence}.`)
          .join(' '),
      ];
    }),
  );
}

/** The summary and the facts in brackets after it. */
function withoutFacts({ summary }: OptionSpec) {
  const facts = [...summary.matchAll(/ \[(default|env): ([^\]]*)\]/g)].map(
    ([, name, what]) => [name!, what!] as const,
  );
  return { summary: summary.replaceAll(/ \[(default|env): [^\]]*\]/g, ''), facts };
}

/** `-t, --timeout <seconds>` as `Fl t , Fl \-timeout Ar seconds`. */
function flagMacros({ flags }: OptionSpec): string {
  return flags
    .split(/(,) | /)
    .filter(Boolean)
    .map((word) => {
      if (word.startsWith('-')) return `Fl ${escaped(word.slice(1))}`;
      return word === ',' ? word : `Ar ${escaped(word.replaceAll(/[<>]/g, ''))}`;
    })
    .join(' ');
}

/** The variables of options, and all other variables that the program reads. */
function environment(commands: readonly CommandSpec[]): (readonly [name: string, what: string])[] {
  const options: readonly OptionSpec[] = [
    ...globalOptions,
    ...commands.flatMap((command) => command.options),
  ];
  const ofOptions = options.flatMap((option) => {
    const name = option.env ?? withoutFacts(option).facts.find(([fact]) => fact === 'env')?.[1];
    const flag = /--[a-z-]+/.exec(option.flags)?.[0];
    return name && flag ? [[name, `Default of ${code(flag)}.`] as const] : [];
  });
  return [...new Map([...ofOptions, ...furtherVariables])].sort(([a], [b]) => (a < b ? -1 : 1));
}

function exitStatus(commands: readonly CommandSpec[]): Lines {
  const more = commands.flatMap(({ name, exitStatus }) =>
    exitStatus ? [[`Cm ${name}`, `${exitStatus}.`] as const] : [],
  );
  return ['0 on success, 1 on failure.', 'Some commands have further exit codes:', ...list(more)];
}

function examples(commands: readonly CommandSpec[]): Lines {
  return commands.flatMap(({ summary, examples }, index) => [
    ...(index > 0 ? ['.Pp'] : []),
    ...text(`${summary}:`),
    ...literal(examples.map((example) => `tscompose ${example}`)),
  ]);
}

function code(word: string): string {
  return `\`${word}\``;
}
