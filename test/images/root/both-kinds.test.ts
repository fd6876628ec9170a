import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Problem } from '../../../src/base/diagnostic.ts';
import { buildRoot, openRoot } from '../../../src/images/root/build.ts';
import type { ImageRoot, RootKind } from '../../../src/images/root/image-root.ts';
import { execute } from '../../../src/kernel/launch/execute.ts';
import { call } from '../../../src/kernel/program/program.ts';
import { shell } from '../../kernel/copy/trees.ts';
import { isNightly } from '../../patience.ts';
import { HOSTILE } from '../archives/hostile.ts';
import { ORDINARY } from '../archives/ordinary.ts';
import { onBench } from '../directory/layers.ts';
import { ARCHIVE, builtRoot, mounted, mounts, treeOf } from './made.ts';

/** What containers see of a root of a kind; nothing is mounted afterwards. */
const viewOf = async (kind: RootKind, archives: readonly Buffer[]): Promise<string> => {
  let view = '';
  await onBench(
    async ({ folder, extract }) => {
      mkdirSync(join(folder, 'image'));
      const directory = join(folder, 'image');
      const root =
        kind === 'directory'
          ? await rootOf(kind, (await extract(...archives)).toReversed(), directory)
          : await builtRoot(kind, archives, directory);
      const place = mounted(root, folder);
      try {
        view = portraitOf(place);
      } finally {
        execute(call('umount2', place, 'MNT_DETACH'));
      }
      // Linux mounts no EROFS from files of a tmpfs, and a directory is written to disk when it is made.
    },
    kind === 'directory' ? undefined : tmpdir(),
  );
  return view;
};

const rootOf = async (kind: RootKind, layers: readonly string[], directory: string): Promise<ImageRoot> => {
  await buildRoot(kind, layers, directory);
  return openRoot(kind, layers, directory);
};

const portraitOf = (root: string): string =>
  shell(
    [
      String.raw`LC_ALL=C find . -printf '%P\0%y %m %U:%G %T@ %l\n' | LC_ALL=C sort`,
      String.raw`LC_ALL=C find . ! -type d -printf '%P\0%n %s\n' | LC_ALL=C sort`,
      // The mark of an opaque directory for overlays of users is an ordinary attribute in the others.
      `LC_ALL=C ${ARCHIVE} --xattrs-exclude='user.overlay.*' . | sha256sum`,
    ].join('; '),
    root,
  );

const sameInBoth = async (t: ExecutionContext, archives: readonly Buffer[]): Promise<void> => {
  t.is(await viewOf('directory', archives), await viewOf('erofs', archives));
};

const run = mounts('erofs') ? test : test.skip;

for (const { title, layers } of ORDINARY)
  run(`both kinds of root show the same: ${title} [kernel]`, (t) => sameInBoth(t, layers()));

for (const { title, layers, shows, isDeep } of HOSTILE)
  if (shows && (isNightly || !isDeep))
    run(`both kinds of root show the same: ${title} [kernel]`, (t) => sameInBoth(t, layers('/outside')));

for (const { title, layers, refused } of HOSTILE)
  if (refused)
    test(`the merged tree refuses what the directories refuse: ${title}`, (t) => {
      const error = t.throws(() => treeOf(layers('/outside')), { instanceOf: Problem });
      t.is(error?.diagnostics[0]?.code, 'bad-archive');
    });
