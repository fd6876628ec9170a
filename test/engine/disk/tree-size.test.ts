import { execFileSync, spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { treeSize } from '../../../src/engine/disk/tree-size.ts';

const inDirectory = async (check: (directory: string) => Promise<void>): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-size-'));
  try {
    await check(directory);
  } finally {
    spawnSync('rm', ['-rf', directory]);
  }
};

const du = (path: string): number =>
  Number(execFileSync('du', ['-sx', '--block-size=1', path], { encoding: 'utf8' }).split('\t')[0]);

// Red without: isFirst in tree-size.ts.
test('a tree takes as many bytes as du(1) counts: holes take none, hard links count once', (t) =>
  inDirectory(async (directory) => {
    const [tree, outside] = [join(directory, 'tree'), join(directory, 'outside')];
    mkdirSync(join(tree, 'a/b'), { recursive: true });
    mkdirSync(outside);
    for (let file = 0; file < 100; file++) writeFileSync(join(tree, `a/${file}`), 'x'.repeat(file * 300));
    writeFileSync(join(outside, 'large'), 'x'.repeat(1_000_000));
    symlinkSync(outside, join(tree, 'a/link'));
    linkSync(join(tree, 'a/99'), join(tree, 'a/b/again'));
    linkSync(join(tree, 'a/99'), join(tree, 'once more'));
    // A link outside of the tree: one remains to come for ever.
    linkSync(join(tree, 'a/98'), join(outside, '98'));
    writeFileSync(join(tree, 'sparse'), '');
    truncateSync(join(tree, 'sparse'), 1e9);
    t.is(await treeSize(tree), du(tree));
    t.is(await treeSize(join(outside, 'large')), du(join(outside, 'large')));
    t.is(await treeSize(join(directory, 'missing')), 0);
  }));

// Red without: countBelow in tree-size.ts.
test('a tree may be deeper than a path can be long', (t) =>
  inDirectory(async (directory) => {
    mkdirSync(join(directory, 'tree'));
    const script = `for (let level = 0; level < 40; level++) {
      fs.mkdirSync('x'.repeat(250)); process.chdir('x'.repeat(250)); fs.writeFileSync('file', 'x'.repeat(5000));
    }`;
    execFileSync(process.execPath, ['-e', script], { cwd: join(directory, 'tree') });
    t.is(await treeSize(join(directory, 'tree')), du(join(directory, 'tree')));
  }));

// Red without: the look at mounts in tree-size.ts.
test('what is mounted in a tree is not counted, also if it is of the same file system', (t) =>
  inDirectory(async (directory) => {
    if (process.geteuid?.() !== 0) return t.log('only root can mount');
    mkdirSync(join(directory, 'tree/bound'), { recursive: true });
    mkdirSync(join(directory, 'outside'));
    writeFileSync(join(directory, 'outside/large'), 'x'.repeat(1_000_000));
    const module = new URL('../../../src/engine/disk/tree-size.ts', import.meta.url).pathname;
    const code = `import { treeSize } from '${module}'; console.log(await treeSize('${directory}/tree'))`;
    const script = `mount --bind outside tree/bound; exec "$0" --import=${import.meta.resolve('tsx')} --input-type=module -e "$1"`;
    const words = ['-m', '--propagation', 'private', 'sh', '-ec', script, process.execPath, code];
    const { stdout, stderr } = spawnSync('unshare', words, { cwd: directory, encoding: 'utf8' });
    t.is(stderr, '');
    t.true(Number(stdout) > 0 && Number(stdout) < 100_000, stdout);
  }));

test('the event loop continues, and a tree that changes meanwhile is no error', (t) =>
  inDirectory(async (directory) => {
    for (let file = 0; file < 2000; file++) {
      if (file % 100 === 0) mkdirSync(join(directory, `tree/${file / 100}`), { recursive: true });
      writeFileSync(join(directory, `tree/${Math.floor(file / 100)}/${file}`), '');
    }
    let [turns, isOver] = [0, false];
    const look = (): void => {
      turns++;
      if (turns === 20) rmSync(join(directory, 'tree/19'), { recursive: true });
      if (!isOver) setImmediate(look);
    };
    setImmediate(look);
    await treeSize(join(directory, 'tree'));
    isOver = true;
    t.true(turns > 20, `${turns} turns of the event loop`);
  }));
