import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { inDirectory } from '../../kernel/make-directories.ts';

/** rename(2) replaces a file at once: a reader sees the old text or the new one, also after a crash. */
export const writeJson = (path: string, value: unknown): void => {
  const temporary = `${path}.${process.pid}`;
  const text = `${JSON.stringify(value)}\n`;
  inDirectory(path, () => writeFileSync(temporary, text, { mode: 0o600 }));
  renameSync(temporary, path);
};

/** Undefined if the file does not exist or holds no JSON. */
export const readJson = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
};
