import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { removeSmallTree } from '../../../src/engine/trash/remove-small-tree.ts';

const inFolder = (check: (t: ExecutionContext, folder: string) => void) => (t: ExecutionContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'tscompose-small-tree-'));
  try {
    check(t, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const layer = (folder: string, files: number): string => {
  const path = join(folder, 'layer');
  mkdirSync(join(path, 'work/work'), { recursive: true });
  mkdirSync(join(path, 'upper'), { recursive: true });
  for (let file = 0; file < files; file++) writeFileSync(join(path, `upper/${file}`), '');
  return path;
};

test(
  'the layer of a container that wrote little is removed at once',
  inFolder((t, folder) => {
    const path = layer(folder, 5);
    writeFileSync(join(folder, 'outside'), '');
    symlinkSync('../../outside', join(path, 'upper/link'));
    symlinkSync('../..', join(path, 'upper/up'));
    t.true(removeSmallTree(path, 32));
    t.deepEqual(readdirSync(folder), ['outside']);
  }),
);

test(
  'a tree of more entries than allowed is left to others, and little of it is read',
  inFolder((t, folder) => {
    const path = layer(folder, 100);
    t.false(removeSmallTree(path, 32));
    t.is(readdirSync(join(path, 'upper')).length, 100);
    t.true(removeSmallTree(path, 200));
    t.false(existsSync(path));
  }),
);

test(
  'a file and a path that does not exist',
  inFolder((t, folder) => {
    writeFileSync(join(folder, 'file'), '');
    t.true(removeSmallTree(join(folder, 'file'), 0));
    t.true(removeSmallTree(join(folder, 'file'), 0));
    t.deepEqual(readdirSync(folder), []);
  }),
);
