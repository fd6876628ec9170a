import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { makeEverything, shell } from '../../kernel/copy/trees.ts';
import { ARCHIVE, erofsRoot, inDirectory, mounted, mounts, portrait } from './made.ts';

const archiveOf = (directory: string): Buffer =>
  Buffer.from(shell(`${ARCHIVE} --sparse . | base64 -w0`, directory), 'base64');

for (const kind of ['erofs', 'erofs-loop'] as const) {
  const run = mounts(kind) ? test : test.skip;

  run(`a mounted image is what tar extracts: one of everything, as ${kind} [kernel]`, (t) =>
    inDirectory(async (directory) => {
      const original = join(directory, 'original');
      mkdirSync(original);
      makeEverything(original);
      const root = await erofsRoot([archiveOf(original)], directory, kind);
      t.true(root.hasSparse);
      t.is(portrait(mounted(root, directory)), portrait(original));
    }),
  );
}
