import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Architecture } from '../architectures.ts';
import { cacheDirectory } from './cache.ts';

/** The archive of an npm package; npm compares it with what the registry says of it. */
export function npmPackage(name: string, version: string): string {
  const directory = cacheDirectory('npm');
  const words = [
    'pack',
    '--silent',
    '--ignore-scripts',
    '--pack-destination',
    directory,
    `${name}@${version}`,
  ];
  const file = execFileSync('npm', words, { encoding: 'utf8' }).trim();
  return join(directory, file);
}

/** The files of an npm package in a directory. */
export function unpackNpm(archive: string, directory: string): void {
  execFileSync('tar', ['-xzf', archive, '-C', directory, '--strip-components=1', '--no-same-owner']);
}

/** Node.js for an architecture: the program alone. */
export function nodeProgram(architecture: Architecture, version: string): string {
  const archive = npmPackage(`node-linux-${architecture}`, version);
  const directory = cacheDirectory('node', `${architecture}-${version}`);
  rmSync(directory, { recursive: true });
  unpackNpm(archive, cacheDirectory('node', `${architecture}-${version}`));
  const program = join(directory, 'bin/node');
  if (!existsSync(program)) throw new Error(`no bin/node in ${archive}`);
  return program;
}
