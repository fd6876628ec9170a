import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';

const options = [
  { flags: '-i, --input <file>', summary: 'Read this file, as with the operand' },
  { flags: '-q, --quiet', summary: 'Print only what was loaded' },
  { flags: '-t, --tag <name>', summary: 'Give the image this name; for an archive of a root directory' },
] as const satisfies readonly OptionSpec[];

export type LoadOptions = OptionsOf<typeof options>;

export const load = command({
  name: 'load',
  group: 'Storage',
  operands: '[file]',
  summary: 'Bring images from a file or a directory into the store',
  details:
    'The file is an archive of `docker save`, of a directory in the layout of OCI, or of a root directory; it may be ' +
    'compressed with gzip, zstd or xz. Without a file, or with `-`, the archive is read from the standard input.',
  options,
  examples: ['load app.tar', 'load layout/', 'load -t base:1 root.tar.gz'],
  run: async (invocation) => {
    const { load } = await import('../actions/load.ts');
    return load(invocation);
  },
});
