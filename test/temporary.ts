import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made: string[] = [];

/** A new directory that goes with this process. */
export function temporaryDirectory(prefix: string, parent = tmpdir()): string {
  if (made.length === 0)
    process.once('exit', () => {
      for (const path of made) rmSync(path, { recursive: true, force: true });
    });
  const path = mkdtempSync(join(parent, prefix));
  made.push(path);
  return path;
}
