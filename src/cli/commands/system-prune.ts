import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import { pruneFilter } from '../grammar/storage-values.ts';

const options = [
  { flags: '-a, --all', summary: 'Remove named volumes, and images with a name, as well' },
  {
    flags: '--filter <condition>',
    summary: 'Remove only volumes and images that match `label=` or `label!=`; repeat for more',
    parse: pruneFilter,
    repeat: true,
  },
  { flags: '-f, --force', summary: 'Do not ask for confirmation' },
  { flags: '--volumes', summary: 'Remove named volumes as well' },
] as const satisfies readonly OptionSpec[];

export type SystemPruneOptions = OptionsOf<typeof options>;

export const systemPrune = command({
  name: 'system prune',
  group: 'Storage',
  operands: '',
  summary: 'Remove what no project of this machine uses',
  details:
    'That is: files of projects whose record is missing, anonymous volumes and nameless images without a ' +
    'container, and what killed processes have not deleted; with --volumes, also named volumes without a container, ' +
    'and with --all also images with a name. Nothing of a project that ' +
    'has a record is removed, even if it is stopped: `down` does that. The command asks for confirmation, and reads ' +
    'the answer from its standard input.',
  options,
  examples: ['system prune', 'system prune -f --volumes --filter label=temporary'],
  run: async (invocation) => {
    const { systemPrune } = await import('../actions/system-prune.ts');
    return systemPrune(invocation);
  },
});
