import type { Run } from '../context.ts';
import { version as number } from '../version.ts';

export const version: Run<'version'> = async ({ options }) => {
  const text = options.short
    ? number
    : options.format === 'json'
      ? JSON.stringify({ version: number })
      : `tscompose version ${number}`;
  process.stdout.write(`${text}\n`);
  return 0;
};
