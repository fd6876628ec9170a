import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';

const options = [
  { flags: '--ignore-buildable', summary: 'Leave out images of services that have a `build`' },
  { flags: '--ignore-pull-failures', summary: 'Fetch what can be fetched; failures are warnings' },
  { flags: '--include-deps', summary: 'Fetch the images of dependencies as well' },
  {
    flags: '--policy <policy>',
    summary: 'Fetch `always`, or only what is `missing`, instead of what `pull_policy` says',
    choices: ['always', 'missing'],
  },
  { flags: '-q, --quiet', summary: 'Print no progress' },
] as const satisfies readonly OptionSpec[];

export type PullOptions = OptionsOf<typeof options>;

export const pull = command({
  name: 'pull',
  group: 'Storage',
  operands: '[service...]',
  summary: 'Fetch the images of services from their registries',
  details:
    'All images are fetched at the same time, and each layer once. An interrupted command leaves what it has fetched ' +
    'for the next one.',
  options,
  examples: ['pull', 'pull --policy missing web'],
  run: async (invocation) => {
    const { pull } = await import('../actions/pull.ts');
    return pull(invocation);
  },
});
