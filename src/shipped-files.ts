// `npm run build` runs this: it writes what dist has besides the program: what is made from the table of options, and guardians.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from './base/version.ts';
import { scripts } from './cli/actions/completion.ts';
import { commands } from './cli/command-table.ts';
import { manualPage } from './cli/manual/page.ts';
import { elf } from './kernel/direct/elf.ts';
import { guardianCode } from './kernel/guardian/code.ts';
import { launcher } from './launcher.ts';

/** The files by their names below dist. The names of completions are those that shells look for. */
export function shippedFiles(date: Date): Readonly<Record<string, string | Buffer>> {
  const day = date.toLocaleDateString('en-US', { dateStyle: 'long', timeZone: 'UTC' });
  return {
    'tscompose.1': manualPage(commands, version, day),
    'completion/tscompose': scripts.bash(commands),
    'completion/_tscompose': scripts.zsh(commands),
    'completion/tscompose.fish': scripts.fish(commands),
    ...programs,
  };
}

/** The guardian for each architecture. */
const programs: Readonly<Record<string, Buffer>> = Object.fromEntries(
  (['x64', 'arm64'] as const).map((architecture) => [
    `guardian-${architecture}`,
    elf(guardianCode(architecture), architecture),
  ]),
);

/** <https://reproducible-builds.org/specs/source-date-epoch>: one source gives one text, whenever it is built. */
export function buildDate({ SOURCE_DATE_EPOCH: epoch }: NodeJS.ProcessEnv): Date {
  return epoch ? new Date(Number(epoch) * 1000) : new Date();
}

if (process.argv[1] === import.meta.filename) {
  const directory = process.argv[2] ?? 'dist';
  mkdirSync(join(directory, 'completion'), { recursive: true });
  const program = join(directory, 'tscompose.js');
  const [, ...lines] = readFileSync(program, 'utf8').split('\n');
  writeFileSync(program, [launcher(commands), ...lines].join('\n'));
  for (const [name, content] of Object.entries(shippedFiles(buildDate(process.env))))
    writeFileSync(join(directory, name), content, { mode: name in programs ? 0o755 : 0o644 });
}
