import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import { projectFilter } from '../grammar/values.ts';

const options = [
  { flags: '-a, --all', summary: 'Show stopped projects as well' },
  {
    flags: '--filter <condition>',
    summary: 'Show only projects that match `name=<regular expression>`; repeat for more',
    parse: projectFilter,
    repeat: true,
  },
  {
    flags: '--format <format>',
    summary: 'Print a table or a JSON array',
    choices: ['table', 'json'],
    default: 'table',
  },
  { flags: '-q, --quiet', summary: 'Print project names, one per line' },
] as const satisfies readonly OptionSpec[];

export type LsOptions = OptionsOf<typeof options>;

export const ls = command({
  name: 'ls',
  group: 'Look',
  operands: '',
  summary: 'List the projects of this machine',
  details: 'The status counts the running containers of each project; with -a, the others as well.',
  options,
  examples: ['ls', 'ls -a --format json', 'ls -q --filter name=^app'],
  run: async (invocation) => {
    const { ls } = await import('../actions/ls.ts');
    return ls(invocation);
  },
});
