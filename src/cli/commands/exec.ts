import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import { insideProcess } from '../grammar/shared-options.ts';
import { wholeNumber } from '../grammar/values.ts';

const options = [
  ...insideProcess,
  { flags: '--index <number>', summary: 'Which container of the service', parse: wholeNumber },
  { flags: '--privileged', summary: 'With every capability' },
] as const satisfies readonly OptionSpec[];

export type ExecOptions = OptionsOf<typeof options>;

export const exec = command({
  name: 'exec',
  group: 'Enter',
  operands: '<service> <cmd...>',
  summary: 'Run a command inside a running service',
  details: 'Everything after the service belongs to the command; no `--` is needed.',
  options,
  examples: ['exec web sh', 'exec -T db sh -c "cat >/tmp/dump" <dump'],
  exitStatus: "the command's own; 126 when it cannot be run, 127 when it is not found",
  passThrough: true,
  run: async (invocation) => {
    const { exec } = await import('../actions/exec.ts');
    return exec(invocation);
  },
});
