import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import { psFormat, psState, psStates, statusFilter } from '../grammar/ps-values.ts';

const options = [
  { flags: '-a, --all', summary: 'Show all containers, not only running ones' },
  { flags: '-q, --quiet', summary: 'Print container ids, one per line' },
  { flags: '--services', summary: 'Print service names, one per line' },
  {
    flags: '--status <state>',
    summary: `Show only containers in this state: ${psStates.join(', ')}; repeat for more`,
    parse: psState,
    repeat: true,
  },
  {
    flags: '--filter <condition>',
    summary: 'Show only containers that match: `status=exited`; repeat for more',
    parse: statusFilter,
    repeat: true,
  },
  { flags: '--orphans', summary: 'Include containers of services that are not in the file [default: true]' },
  {
    flags: '--format <format>',
    summary:
      'Print `table`, `json` with one object per line, `json-array`, or a template: `{{.Name}}` [default: psFormat of Docker’s settings, or table]',
    parse: psFormat,
  },
  { flags: '--no-trunc', summary: 'Do not shorten commands and ids' },
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
