import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import { insideProcess } from '../grammar/shared-options.ts';
import { shellWords } from '../grammar/values.ts';

const options = [
  ...insideProcess,
  { flags: '--rm', summary: 'Remove the container when it exits' },
  { flags: '--entrypoint <command>', summary: 'Replace the entrypoint of the service', parse: shellWords },
  { flags: '--no-deps', summary: 'Do not start the dependencies of the service' },
  { flags: '--name <name>', summary: 'Set the name of the container' },
] as const satisfies readonly OptionSpec[];

export type RunOptions = OptionsOf<typeof options>;

export const run = command({
  name: 'run',
  group: 'Enter',
  operands: '<service> [cmd...]',
  summary: 'Run a command in a new container of a service',
  details:
    'The dependencies of the service are started first and keep running. All arguments after the service belong ' +
    'to the command; `--` is not needed.',
  options,
  examples: ['run --rm web sh', 'run --rm -e DEBUG=1 test make check'],
  exitStatus: 'exit code of the command; 126 if the command cannot be run, 127 if it is not found',
  passThrough: true,
  run: async (invocation) => {
    const { runOnce } = await import('../actions/run.ts');
    return runOnce(invocation);
  },
});
