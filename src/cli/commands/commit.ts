import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import { wholeNumber } from '../grammar/values.ts';

const options = [
  { flags: '-a, --author <name>', summary: 'The author of the image, such as `Ada <ada@example.com>`' },
  {
    flags: '-c, --change <instruction>',
    summary: 'Change how the image runs with an instruction of a Dockerfile; repeat for more',
    repeat: true,
  },
  { flags: '--index <number>', summary: 'Select the container with this number', parse: wholeNumber },
  { flags: '-m, --message <text>', summary: 'A message for the history of the image' },
  { flags: '-p, --pause', summary: 'Pause the container meanwhile [default: true]' },
] as const satisfies readonly OptionSpec[];

export type CommitOptions = OptionsOf<typeof options>;

export const commit = command({
  name: 'commit',
  group: 'Storage',
  operands: '<service> [image]',
  summary: 'Make an image of what a container has changed',
  details:
    'The changes become a layer over the image of the container, and the image runs like the container. Volumes and other ' +
    'mounts are left out. Instructions are CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, ONBUILD, STOPSIGNAL, USER, VOLUME and ' +
    'WORKDIR.',
  options,
  examples: ['commit web web:fixed', 'commit -c "ENV DEBUG=1" -c "CMD sh" web web:debug'],
  run: async (invocation) => {
    const { commit } = await import('../actions/commit.ts');
    return commit(invocation);
  },
});
