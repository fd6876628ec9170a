import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';

const options = [
  {
    flags: '--format <format>',
    summary: 'Print a table or JSON',
    choices: ['table', 'json'],
    default: 'table',
  },
] as const satisfies readonly OptionSpec[];

export type IsolationOptions = OptionsOf<typeof options>;

export const isolation = command({
  name: 'isolation',
  group: 'Look',
  operands: '[service...]',
  summary: 'Show what separates containers from the host and from each other',
  details:
    'The table shows what the kernel says about the processes that run, not what the file says; a service that does ' +
    'not run is marked `file`. An exclamation mark is a way to the host or to another container; below the table is ' +
    'the line of the file that opened it.',
  options,
  examples: ['isolation', 'isolation web db', 'isolation --format json'],
  run: async (invocation) => {
    const { isolation } = await import('../actions/isolation.ts');
    return isolation(invocation);
  },
});
