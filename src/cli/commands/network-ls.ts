import { command } from '../grammar/command.ts';
import { networkFilter, networkFormat } from '../grammar/network-values.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';

const options = [
  {
    flags: '-f, --filter <condition>',
    summary:
      'Show only networks that match `name=`, `id=`, `label=`, `driver=`, `dangling=`, `scope=` or `type=`; repeat for more',
    parse: networkFilter,
    repeat: true,
  },
  {
    flags: '--format <format>',
    summary: 'Print a table, JSON lines, or a template such as `{{.Name}}` [default: table]',
    parse: networkFormat,
  },
  { flags: '--no-trunc', summary: 'Print IDs in full' },
  { flags: '-q, --quiet', summary: 'Print IDs, one per line' },
] as const satisfies readonly OptionSpec[];

export type NetworkLsOptions = OptionsOf<typeof options>;

export const networkLs = command({
  name: 'network ls',
  group: 'Networks',
  operands: '',
  summary: 'List the networks of this machine',
  details:
    'Those of projects, and those that projects share. A network is dangling if no container is on it.',
  options,
  examples: ['network ls', 'network ls -q --filter dangling=true', "network ls --format '{{.Name}}'"],
  run: async (invocation) => {
    const { networkLs } = await import('../actions/network-ls.ts');
    return networkLs(invocation);
  },
});
