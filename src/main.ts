#!/bin/sh
// The code of tscompose is in two files beside this one, because loading code takes longer than most commands.
import { join } from 'node:path';
import { runCached } from './code-cache.ts';
import type { Main } from './program.ts';

/** Commands that nobody types: tscompose starts them (supervisor.ts). */
const HIDDEN = ['init', 'supervise', 'fill', 'mount', 'free'];

const words = process.argv.slice(2);
const file = HIDDEN.includes(words[0] ?? '') ? 'supervisor.js' : 'program.js';
const program = runCached(join(__dirname, file), words);
const { main } = program.exports as { readonly main: Main };

void main(words, program.keep).then(({ name, exitCode }) => {
  process.once('exit', () => program.keep(name, (exitCode ?? 0) !== 0));
  // A supervisor has no exit code. Other commands exit after the pending output and the error of a closed pipe.
  if (exitCode !== undefined) process.stdout.write('', () => setImmediate(() => process.exit(exitCode)));
});
