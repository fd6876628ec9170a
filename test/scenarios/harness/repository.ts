import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../../..');

/** The files that a build needs and a package has, to build it elsewhere. */
export function copyRepository(to: string): void {
  mkdirSync(to);
  const { files } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { files: string[] };
  const published = files.filter((name) => name !== 'dist').map((name) => name.split('/')[0]!);
  for (const name of new Set([...BUILT_FROM, ...published]))
    cpSync(join(repository, name), join(to, name), { recursive: true, preserveTimestamps: true });
  symlinkSync(join(repository, 'node_modules'), join(to, 'node_modules'));
}

const BUILT_FROM = ['package.json', 'package-lock.json', 'tsconfig.json', 'README.md', 'LICENSE', 'src'];
