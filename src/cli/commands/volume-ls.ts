import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import { volumeFilter, volumeFormat } from '../grammar/storage-values.ts';

const options = [
  {
    flags: '-f, --filter <condition>',
    summary: 'Show only volumes that match `name=`, `label=`, `dangling=` or `driver=`; repeat for more',
    parse: volumeFilter,
    repeat: true,
  },
  {
    flags: '--format <format>',
    summary: 'Print a table, JSON lines, or a template such as `{{.Name}}` [default: table]',
    parse: volumeFormat,
  },
  { flags: '-q, --quiet', summary: 'Print names, one per line' },
] as const satisfies readonly OptionSpec[];

export type VolumeLsOptions = OptionsOf<typeof options>;

export const volumeLs = command({
  name: 'volume ls',
  group: 'Storage',
  operands: '',
  summary: 'List the volumes of this machine',
  details:
    'All projects share them. A volume is dangling if no container uses it, whether the container runs or not.',
  options,
  examples: ['volume ls', 'volume ls -q --filter dangling=true', "volume ls --format '{{.Mountpoint}}'"],
  run: async (invocation) => {
    const { volumeLs } = await import('../actions/volume-ls.ts');
    return volumeLs(invocation);
  },
});
