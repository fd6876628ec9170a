import { readdirSync, readFileSync } from 'node:fs';

/** The content of a file of the kernel; empty if it does not exist or another mount hides it. */
export const readIfThere = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};

/** The names in a directory; none if it does not exist or cannot be read. */
export const namesIfThere = (path: string): readonly string[] => {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
};

/** The same, but a directory that cannot be read is an error. */
export const entriesIfThere = (path: string): readonly string[] => {
  try {
    return readdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};
