import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import { volumeFormat } from '../grammar/storage-values.ts';

const options = [
  {
    flags: '--format <format>',
    summary: 'Print a table, JSON lines, or a template such as `{{.Name}}` [default: table]',
    parse: volumeFormat,
  },
  { flags: '-q, --quiet', summary: 'Print names, one per line' },
] as const satisfies readonly OptionSpec[];

export type VolumesOptions = OptionsOf<typeof options>;

export const volumes = command({
  name: 'volumes',
  group: 'Look',
  operands: '[service...]',
  summary: 'List the volumes of the project',
  details: 'With services, only the volumes of their containers. `volume ls` lists those of the machine.',
  options,
  examples: ['volumes', 'volumes -q db'],
  run: async (invocation) => {
    const { volumes } = await import('../actions/volumes.ts');
    return volumes(invocation);
  },
});
