import { relative } from 'node:path';
import type { Place } from '../../../base/diagnostic.ts';

/** `compose.yaml:3:12`, a file below the working directory by its name there. */
export function nameOf({ file, line, column }: Place, cwd: string): string {
  const name = file.startsWith('/') ? relative(cwd, file) : file;
  return `${name.startsWith('../../') ? file : name}:${line}:${column}`;
}
