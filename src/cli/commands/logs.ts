import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import { plainLogs } from '../grammar/shared-options.ts';
import { logTail, moment, wholeNumber } from '../grammar/values.ts';

const options = [
  { flags: '-f, --follow', summary: 'Follow the output until the containers exit' },
  {
    flags: '-n, --tail <lines>',
    summary: 'Show this many lines from the end of each log, or `all`',
    parse: logTail,
  },
  {
    flags: '--since <time>',
    summary: 'Show lines newer than a time: `10m`, `2026-01-31T12:00:00Z`',
    parse: moment,
  },
  {
    flags: '--until <time>',
    summary: 'Show lines older than a time',
    parse: moment,
  },
  { flags: '--index <number>', summary: 'Select the container with this number', parse: wholeNumber },
  { flags: '-t, --timestamps', summary: 'Show timestamps' },
  ...plainLogs,
] as const satisfies readonly OptionSpec[];

export type LogsOptions = OptionsOf<typeof options>;

export const logs = command({
  name: 'logs',
  group: 'Look',
  operands: '[service...]',
  summary: 'Print container output, oldest first (-f to follow)',
  options,
  examples: ['logs -f web', 'logs --since 10m', 'logs -n 20 -t'],
  run: async (invocation) => {
    const { logs } = await import('../actions/logs.ts');
    return logs(invocation);
  },
});
