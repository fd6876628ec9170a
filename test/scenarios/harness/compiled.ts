import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cache } from './small-root.ts';

/** The programs in C beside this file, without their extension. */
export const programsInC = (): readonly string[] =>
  readdirSync(import.meta.dirname).flatMap((file) => /^(.*)\.c$/.exec(file)?.[1] ?? []);

/** The path of one of them, statically linked; compiled once for each state of its source. */
export function compiled(name: string): string {
  const source = join(import.meta.dirname, `${name}.c`);
  const digest = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 16);
  const program = join(cache, `${name}-${digest}`);
  if (existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  const unfinished = `${program}.${process.pid}`;
  execFileSync('cc', ['-O2', '-static', '-w', '-o', unfinished, source]);
  renameSync(unfinished, program);
  return program;
}
