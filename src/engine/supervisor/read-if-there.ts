import { readFileSync } from 'node:fs';

/** A file of the kernel's; empty where there is none, or where another mount hides it. */
export const readIfThere = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};
