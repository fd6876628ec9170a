import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { hookOutput } from '../../container/process/hooks.ts';

/** The end of what the hooks of a start have printed, without control characters; empty without hooks. */
export const printedByHooks = (run: string): string => {
  let file: number;
  try {
    file = openSync(hookOutput(run), 'r');
  } catch {
    return '';
  }
  const { size } = fstatSync(file);
  const end = Buffer.alloc(Math.min(size, MOST_BYTES));
  readSync(file, end, 0, end.length, size - end.length);
  closeSync(file);
  return end.toString('utf8').replace(/[^\P{C}\n]/gu, '');
};

const MOST_BYTES = 2048;
