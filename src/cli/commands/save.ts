import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';

const options = [
  {
    flags: '--format <format>',
    summary:
      'The layout of the archive: that of OCI, which `docker load` reads as well, or only that of Docker',
    choices: ['oci', 'docker'],
    default: 'oci',
  },
  { flags: '-o, --output <file>', summary: 'Write to a file, which is replaced atomically' },
] as const satisfies readonly OptionSpec[];

export type SaveOptions = OptionsOf<typeof options>;

export const save = command({
  name: 'save',
  group: 'Storage',
  operands: '<image...>',
  summary: 'Write images of this machine to an archive',
  details:
    '`load`, `docker load`, `podman load` and skopeo read the archive. Without -o it is written to the standard output, ' +
    'which must not be a terminal. The same images are the same bytes.',
  options,
  examples: [
    'save -o app.tar app:1',
    'save app:1 db:2 | zstd > images.tar.zst',
    'save app:1 | ssh host tscompose load',
  ],
  run: async (invocation) => {
    const { save } = await import('../actions/save.ts');
    return save(invocation);
  },
});
