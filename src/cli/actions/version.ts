import { version as number } from '../../base/version.ts';
import type { Run } from '../command-context.ts';

export const version: Run<'version'> = async ({ options }) => {
  const text = options.short
    ? number
    : options.format === 'json'
      ? JSON.stringify({ version: number })
      : `tscompose version ${number}`;
  process.stdout.write(`${text}\n`);
  return 0;
};
