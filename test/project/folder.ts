import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { ExecutionContext } from 'ava';
import { type Loaded, type LoadOptions, loadProject } from '../../src/project/load.ts';

/** A folder with these files, removed after the test. */
export function folder(t: ExecutionContext, files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'tscompose-load-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    const isDirectory = name.endsWith('/');
    mkdirSync(isDirectory ? join(root, name) : dirname(join(root, name)), { recursive: true });
    if (!isDirectory) writeFileSync(join(root, name), text);
  }
  return root;
}

/** Loads a folder with these files as somebody does who stands in it. */
export function loadFolder(
  t: ExecutionContext,
  files: Record<string, string>,
  options: Partial<LoadOptions> = {},
): Loaded & { readonly root: string } {
  const root = folder(t, files);
  const loaded = loadProject({
    files: [],
    environment: {},
    cwd: root,
    strict: false,
    checkFiles: false,
    projectName: 'p',
    ...options,
  });
  return { ...loaded, root };
}

/** What is wrong: `error unknown-key base.yaml 3:5 enviroment`, and after each ` < ` how it comes to count. */
export function findingsIn({ diagnostics, sources, root }: Loaded & { readonly root: string }): string[] {
  return diagnostics.map(({ severity, code, at, labels = [] }) => {
    if (!at) return `${severity} ${code}`;
    const marked = (sources.get(at.file) ?? '').slice(at.start, at.end);
    const via = labels
      .filter(({ text }) => / extends |included/.test(text))
      .map(
        (label) => ` < ${label.text} ${relative(root, label.at.file)} ${label.at.line}:${label.at.column}`,
      );
    return `${severity} ${code} ${relative(root, at.file)} ${at.line}:${at.column} ${marked}${via.join('')}`;
  });
}
