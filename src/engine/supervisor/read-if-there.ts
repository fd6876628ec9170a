import { readFileSync } from 'node:fs';

/** The content of a file of the kernel; empty if it does not exist or another mount hides it. */
export const readIfThere = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};
