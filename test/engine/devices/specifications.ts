import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ExecutionContext } from 'ava';

/** Directories with these files, by `directory/file`, in the order in which the directories come first. */
export const directoriesWith = (
  t: ExecutionContext,
  files: Readonly<Record<string, string>>,
): readonly string[] => {
  const base = mkdtempSync(join(tmpdir(), 'cdi-'));
  t.teardown(() => rmSync(base, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    writeFileSync(join(base, path), text);
  }
  return [...new Set(Object.keys(files).map((path) => join(base, path.split('/')[0]!)))];
};

/** A specification of devices with these edits. */
export const specification = (
  kind: string,
  devices: Readonly<Record<string, object>>,
  containerEdits: object = {},
): string =>
  JSON.stringify({
    cdiVersion: '1.0.0',
    kind,
    devices: Object.entries(devices).map(([name, edits]) => ({ name, containerEdits: edits })),
    containerEdits,
  });
