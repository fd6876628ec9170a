#!/usr/bin/env -S node --
// The whole of tscompose is one file beside this one.
import { join } from 'node:path';
import { runCached } from './code-cache.ts';
import type { Main } from './program.ts';

const program = runCached(join(__dirname, 'program.js'));
const { main } = program.exports as { readonly main: Main };

void main(process.argv.slice(2)).then(({ name, exitCode }) => {
  process.once('exit', () => program.keep(name));
  // A supervisor stays. Else: behind everything that is on its way to stdout, and behind the error of a reader that has gone.
  if (exitCode !== undefined) process.stdout.write('', () => setImmediate(() => process.exit(exitCode)));
});
