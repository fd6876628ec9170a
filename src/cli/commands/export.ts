import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import { wholeNumber } from '../grammar/values.ts';

const options = [
  { flags: '--index <number>', summary: 'Select the container with this number', parse: wholeNumber },
  { flags: '-o, --output <file>', summary: 'Write to a file, which is replaced atomically' },
] as const satisfies readonly OptionSpec[];

export type ExportOptions = OptionsOf<typeof options>;

export const exportFiles = command({
  name: 'export',
  group: 'Storage',
  operands: '<service>',
  summary: 'Write the files of a container to a tar archive',
  details:
    'The container may run or not. Volumes and other mounts are left out. Without -o the archive is written to the ' +
    'standard output, which must not be a terminal.',
  options,
  examples: ['export -o web.tar web', 'export web | tar -t'],
  run: async (invocation) => {
    const { exportFiles } = await import('../actions/export.ts');
    return exportFiles(invocation);
  },
});
