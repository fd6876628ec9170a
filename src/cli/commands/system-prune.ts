import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import { systemPruneFilter } from '../grammar/storage-values.ts';

const options = [
  { flags: '-a, --all', summary: 'Remove images that have a name as well' },
  {
    flags: '--filter <condition>',
    summary: 'Remove only what matches `label=`, `label!=` or `until=`; repeat for more',
    parse: systemPruneFilter,
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
    'has a record is removed, even if it is stopped: `down` does that. With `until=`, only what is older, and no ' +
    'volume: those have no age, as in Docker. The command asks for confirmation, and reads the answer from its ' +
    'standard input.',
  options,
  examples: ['system prune', 'system prune -f --volumes --filter label=temporary'],
  run: async (invocation) => {
    const { systemPrune } = await import('../actions/system-prune.ts');
    return systemPrune(invocation);
  },
});
