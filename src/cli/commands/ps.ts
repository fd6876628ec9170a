import { statusNames } from '../../base/status.ts';
import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';

const options = [
  { flags: '-a, --all', summary: 'Show all containers, not only running ones' },
  { flags: '-q, --quiet', summary: 'Print container ids, one per line' },
  { flags: '--services', summary: 'Print service names, one per line' },
  {
    flags: '--status <state>',
    summary: 'Show only containers in this state; repeat for more',
    choices: statusNames,
    repeat: true,
  },
  {
    flags: '--format <format>',
    summary: 'Print a table, one JSON object per line, or one JSON array',
    choices: ['table', 'json', 'json-array'],
    default: 'table',
  },
] as const satisfies readonly OptionSpec[];

export type PsOptions = OptionsOf<typeof options>;

export const ps = command({
  name: 'ps',
  group: 'Look',
  operands: '[service...]',
  summary: 'Show containers, their state, process and addresses',
  options,
  examples: ['ps', 'ps -a --format json'],
  run: async (invocation) => {
    const { ps } = await import('../actions/ps.ts');
    return ps(invocation);
  },
});
