import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';

/** In a mount namespace of its own, a tree with a bind mount of the same file system and with a tmpfs. */
const script = `
mkdir -p volume/data/bound volume/data/memory/deep volume/data/rest outside
touch outside/file volume/data/rest/file
mount --bind outside volume/data/bound
mount -t tmpfs none volume/data/memory
touch volume/data/memory/file
ln -s "$PWD" link
"$NODE" --import=$TSX --input-type=module -e "
  import { removeTree } from '$SOURCE/remove-tree.ts';
  const left = await removeTree(process.cwd() + '/link/volume', () => process.cwd() + '/aside');
  console.log(JSON.stringify(left.map(({ path, code }) => [path.slice(process.cwd().length), code]).sort()));
"
find outside volume -type f | sort
`;

// Red without: the look at mount points in remove-tree.ts.
test('nothing that is mounted in a tree is deleted with it', (t) => {
  if (process.geteuid?.() !== 0) return t.log('only root can mount');
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-mounts-'));
  try {
    const source = new URL('../../../src/engine/trash', import.meta.url).pathname;
    const { stdout, stderr } = spawnSync('unshare', ['-m', '--propagation', 'private', 'sh', '-ec', script], {
      cwd: directory,
      encoding: 'utf8',
      env: { ...process.env, NODE: process.execPath, SOURCE: source, TSX: import.meta.resolve('tsx') },
    });
    t.is(stderr, '');
    t.deepEqual(stdout.trim().split('\n'), [
      '[["/link/volume/data/bound","EBUSY"],["/link/volume/data/memory","EBUSY"]]',
      'outside/file',
      'volume/data/bound/file',
      'volume/data/memory/file',
    ]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
