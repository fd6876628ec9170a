import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { META_FILE, SPARSE_FILE } from '../../../src/images/erofs/files.ts';
import { makeEverything, shell } from '../../kernel/copy/trees.ts';
import { HOSTILE } from '../archives/hostile.ts';
import { ORDINARY } from '../archives/ordinary.ts';
import { ARCHIVE, builtRoot, inDirectory, mounted, mounts } from './made.ts';

/** The version of fsck.erofs(1) here, as a number: 1.8.6 is 1.08. Before 1.7 it knows no blocks of 512 bytes. */
const version = (): number => {
  try {
    const text = execFileSync('fsck.erofs', ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(text) ?? [];
    return Number(major) + Number(minor) / 100;
  } catch {
    return 0;
  }
};

// Debian 12 has 1.5, and Debian 13 has 1.8.
const run = version() >= 1.07 && mounts('erofs') ? test : test.skip;

/** Its extraction reads every inode, attribute, directory and byte of content, and finds what the kernel finds. */
const isSound = (t: ExecutionContext, archives: readonly Buffer[]): Promise<void> =>
  inDirectory(async (directory) => {
    const root = await builtRoot('erofs', archives, directory);
    const [sparse, extracted] = [join(directory, SPARSE_FILE), join(directory, 'extracted')];
    const devices = [...root.layers, ...(existsSync(sparse) ? [sparse] : [])];
    const words = [`--extract=${extracted}`, '--xattrs', ...devices.map((path) => `--device=${path}`)];
    execFileSync('fsck.erofs', [...words, join(directory, META_FILE)], { stdio: 'pipe' });
    t.is(contents(extracted), contents(mounted(root, directory)));
  });

const contents = (root: string): string =>
  shell(
    String.raw`LC_ALL=C; export LC_ALL; find . -printf '%P\0%y %m %l\n' | sort; find . -type f -print0 | sort -z | xargs -0r sha256sum`,
    root,
  );

const SHOWN = HOSTILE.filter(({ shows, isDeep }) => shows && !isDeep);

// Red without: the number of a device in putChunk, or the length of a value, in format.ts.
for (const [title, archives] of [
  ...ORDINARY.map(({ title, layers }) => [title, layers()] as const),
  ...SHOWN.map(({ title, layers }) => [title, layers('/outside')] as const),
])
  run(`fsck.erofs finds no fault: ${title}`, (t) => isSound(t, archives));

run('fsck.erofs finds no fault: one of everything', async (t) => {
  await inDirectory(async (directory) => {
    const original = join(directory, 'original');
    mkdirSync(original);
    makeEverything(original);
    const archive = Buffer.from(shell(`${ARCHIVE} --sparse . | base64 -w0`, original), 'base64');
    await isSound(t, [archive]);
  });
});
