import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { removeTree } from '../../../src/engine/trash/remove-tree.ts';
import { isNightly } from '../../patience.ts';

const withDirectory = async (
  run: (directory: string, remove: (name: string) => ReturnType<typeof removeTree>) => Promise<void>,
): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-trash-'));
  let count = 0;
  try {
    await run(directory, (name) => removeTree(join(directory, name), () => join(directory, `${++count}`)));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

const isGone = async (t: ExecutionContext, make: (directory: string) => void): Promise<void> => {
  await withDirectory(async (directory, remove) => {
    make(directory);
    t.deepEqual(await remove('layer'), []);
    t.deepEqual(
      readdirSync(directory).filter((name) => name !== 'stays'),
      [],
    );
  });
};

const files = (directory: string, count: number): void => {
  mkdirSync(directory, { recursive: true });
  for (let index = 0; index < count; index++) writeFileSync(join(directory, `${index}`), '');
};

/** Each below the other: no path leads to the last of them. */
const levels = (directory: string, count: number): void => {
  const script = `for (let level = 0; level < ${count}; level++) {
    fs.mkdirSync('a-directory-with-a-long-name'); process.chdir('a-directory-with-a-long-name');
    fs.writeFileSync('file', '');
  }`;
  execFileSync(process.execPath, ['-e', script], { cwd: directory });
};

test('what is not there is gone already', (t) => isGone(t, () => {}));

test('a file', (t) => isGone(t, (directory) => writeFileSync(join(directory, 'layer'), '')));

test('a directory with files, directories of mode 000, and links that lead out', (t) =>
  isGone(t, (directory) => {
    files(join(directory, 'stays'), 3);
    files(join(directory, 'layer/upper/etc'), 100);
    mkdirSync(join(directory, 'layer/work/work'), { recursive: true, mode: 0 });
    symlinkSync('../stays', join(directory, 'layer/upper/link'));
  }));

test('a link is removed, and not what it leads to', (t) =>
  withDirectory(async (directory, remove) => {
    files(join(directory, 'stays'), 3);
    mkdirSync(join(directory, 'layer'));
    symlinkSync('../stays', join(directory, 'layer/link'));
    t.deepEqual(await remove('layer'), []);
    t.is(readdirSync(join(directory, 'stays')).length, 3);
  }));

test('a tree that is deeper than a path can be long', (t) =>
  isGone(t, (directory) => {
    mkdirSync(join(directory, 'layer'));
    levels(join(directory, 'layer'), 400);
    t.false(existsSync(join(directory, 'layer', 'a-directory-with-a-long-name/'.repeat(400))));
  }));

test('the event loop goes on, and few directories are open', async (t) => {
  await withDirectory(async (directory, remove) => {
    mkdirSync(join(directory, 'layer'));
    files(join(directory, 'layer'), isNightly ? 2000 : 600);
    levels(join(directory, 'layer'), 100);
    const descriptors = (): number => readdirSync('/proc/self/fd').length;
    const before = descriptors();
    let [turns, most, isOver] = [0, 0, false];
    const look = (): void => {
      turns++;
      most = Math.max(most, descriptors());
      if (!isOver) setImmediate(look);
    };
    setImmediate(look);
    t.deepEqual(await remove('layer'), []);
    isOver = true;
    t.true(turns > 100, `${turns} turns of the event loop`);
    t.true(most - before < 20, `${most - before} descriptors more`);
  });
});

const canBeImmutable = (directory: string): boolean => spawnSync('chattr', ['+i', directory]).status === 0;

test('what stays is named with the reason, and everything else goes', async (t) => {
  await withDirectory(async (directory, remove) => {
    files(join(directory, 'layer/a'), 30);
    files(join(directory, 'layer/b'), 30);
    const file = join(directory, 'layer/a/7');
    if (!canBeImmutable(file)) return t.log('no immutable files here');
    try {
      t.deepEqual(await remove('layer'), [{ path: file, code: 'EPERM' }]);
      t.deepEqual(readdirSync(join(directory, 'layer')), ['a']);
      t.deepEqual(readdirSync(join(directory, 'layer/a')), ['7']);
    } finally {
      execFileSync('chattr', ['-i', file]);
    }
    t.deepEqual(await remove('layer'), []);
  });
});

test('of very much that stays only the beginning is named', async (t) => {
  await withDirectory(async (directory, remove) => {
    files(join(directory, 'layer/a'), 100);
    if (!canBeImmutable(join(directory, 'layer/a'))) return t.log('no immutable files here');
    try {
      t.is((await remove('layer')).length, 10);
    } finally {
      execFileSync('chattr', ['-i', join(directory, 'layer/a')]);
    }
  });
});
