#!/usr/bin/env -S node --
// All code of tscompose is in the one file beside this one.
import { join } from 'node:path';
import { runCached } from './code-cache.ts';
import type { Main } from './program.ts';

const program = runCached(join(__dirname, 'program.js'));
const { main } = program.exports as { readonly main: Main };

void main(process.argv.slice(2)).then(({ name, exitCode }) => {
  process.once('exit', () => program.keep(name));
  // A supervisor has no exit code. Other commands exit after the pending output and the error of a closed pipe.
  if (exitCode !== undefined) process.stdout.write('', () => setImmediate(() => process.exit(exitCode)));
});
