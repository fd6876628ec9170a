import { command } from '../grammar/command.ts';
import type { OptionSpec } from '../grammar/option-types.ts';

const options = [
  { flags: '--short', summary: 'Print only the number' },
  {
    flags: '-f, --format <format>',
    summary: 'Format the output',
    choices: ['pretty', 'json'],
    default: 'pretty',
  },
] as const satisfies readonly OptionSpec[];

export const version = command({
  name: 'version',
  group: 'Look',
  operands: '',
  summary: 'Print the version',
  options,
  examples: ['version --short'],
  run: async ({ options: { short, format } }) => {
    const { version: number } = await import('../../base/version.ts');
    const text = format === 'json' ? JSON.stringify({ version: number }) : `tscompose version ${number}`;
    process.stdout.write(`${short ? number : text}\n`);
    return 0;
  },
});
