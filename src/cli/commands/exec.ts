import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import { insideProcess } from '../grammar/shared-options.ts';
import { wholeNumber } from '../grammar/values.ts';

const options = [
  ...insideProcess,
  { flags: '--index <number>', summary: 'Select the container with this number', parse: wholeNumber },
  { flags: '--privileged', summary: 'Give the process all capabilities' },
] as const satisfies readonly OptionSpec[];

export type ExecOptions = OptionsOf<typeof options>;

export const exec = command({
  name: 'exec',
  group: 'Enter',
  operands: '<service> <cmd...>',
  summary: 'Run a command inside a running service',
  details: 'All arguments after the service belong to the command; `--` is not needed.',
  options,
  awaitsProcess: true,
  examples: ['exec web sh', 'exec -T db sh -c "cat >/tmp/dump" <dump'],
  exitStatus: 'exit code of the command; 126 if the command cannot be run, 127 if it is not found',
  passThrough: true,
  run: async (invocation) => {
    const { exec } = await import('../actions/exec.ts');
    return exec(invocation);
  },
});
