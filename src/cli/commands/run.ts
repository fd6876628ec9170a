import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import { insideProcess } from '../grammar/shared-options.ts';
import { shellWords } from '../grammar/values.ts';

const options = [
  ...insideProcess,
  { flags: '--rm', summary: 'Remove the container when it ends' },
  { flags: '--entrypoint <command>', summary: "In place of the service's entrypoint", parse: shellWords },
  { flags: '--no-deps', summary: 'Without starting what the service depends on' },
  { flags: '--name <name>', summary: 'Name of the container' },
] as const satisfies readonly OptionSpec[];

export type RunOptions = OptionsOf<typeof options>;

export const run = command({
  name: 'run',
  group: 'Enter',
  operands: '<service> [cmd...]',
  summary: 'Run a command in a new container of a service',
  details:
    'Starts what the service depends on first, and leaves that running. Everything after the service belongs ' +
    'to the command; no `--` is needed.',
  options,
  examples: ['run --rm web sh', 'run --rm -e DEBUG=1 test make check'],
  exitStatus: "the command's own; 126 when it cannot be run, 127 when it is not found",
  passThrough: true,
  run: async (invocation) => {
    const { runOnce } = await import('../actions/run.ts');
    return runOnce(invocation);
  },
});
