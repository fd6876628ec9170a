import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import { pulling, recreation, removeOrphans, scale } from '../grammar/shared-options.ts';

const options = [...pulling, ...recreation, scale, removeOrphans] as const satisfies readonly OptionSpec[];

export type CreateOptions = OptionsOf<typeof options>;

export const create = command({
  name: 'create',
  group: 'Start and stop',
  operands: '[service...]',
  summary: 'Create containers without starting them',
  details:
    'The dependencies of the services are included, and changed containers are replaced, as by `up --no-start`.',
  options,
  startsSupervisor: true,
  examples: ['create', 'create --force-recreate web'],
  run: async (invocation) => {
    const { create } = await import('../actions/create.ts');
    return create(invocation);
  },
});
