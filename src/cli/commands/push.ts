import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';

const options = [
  { flags: '--ignore-push-failures', summary: 'Push what can be pushed; failures are warnings' },
  { flags: '--include-deps', summary: 'Push the images of dependencies as well' },
  { flags: '-q, --quiet', summary: 'Print no progress' },
] as const satisfies readonly OptionSpec[];

export type PushOptions = OptionsOf<typeof options>;

export const push = command({
  name: 'push',
  group: 'Storage',
  operands: '[service...]',
  summary: 'Bring the images of services to their registries',
  details:
    'As in Docker Compose, only services with both `build` and `image` are pushed, with the `tags` of the build; others are ' +
    'skipped. A layer that the registry has is not sent again.',
  options,
  examples: ['push', 'push --ignore-push-failures web'],
  run: async (invocation) => {
    const { push } = await import('../actions/push.ts');
    return push(invocation);
  },
});
