import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execute } from '../../../src/kernel/launch/execute.ts';
import { call } from '../../../src/kernel/program/program.ts';
import { shell } from '../../kernel/copy/trees.ts';
import { isNightly } from '../../patience.ts';
import { installLine } from '../../scenarios/harness/programs.ts';
import { ORDINARY } from '../archives/ordinary.ts';
import { debianImages } from '../debian/images.ts';
import { blobFile, makeLayout } from '../make-layout.ts';
import { ARCHIVE, builtRoot, inDirectory, mounted, mounts } from './made.ts';

/** Without the times of directories: those that an archive only goes through are as old as the unpacking of umoci. */
const portraitOf = (root: string): string =>
  shell(
    [
      String.raw`LC_ALL=C find . -printf '%P\0%y %m %U:%G %l\n' | LC_ALL=C sort`,
      String.raw`LC_ALL=C find . ! -type d -printf '%P\0%n %s %T@\n' | LC_ALL=C sort`,
      `LC_ALL=C ${ARCHIVE} --mtime=@0 . | sha256sum`,
    ].join('; '),
    root,
  );

/** The image of a layout as umoci(1) unpacks it, beside the mount of its layers. */
const sameAsUmoci = (
  t: ExecutionContext,
  archives: readonly Buffer[],
  layout: (to: string) => void,
  tag = '1',
) =>
  inDirectory(async (directory) => {
    const [to, bundle] = [join(directory, 'layout'), join(directory, 'bundle')];
    layout(to);
    execFileSync('umoci', ['unpack', '--image', `${to}:${tag}`, bundle], { stdio: 'pipe' });
    const root = await builtRoot('erofs', archives, directory);
    const place = mounted(root, directory);
    try {
      t.is(portraitOf(place), portraitOf(join(bundle, 'rootfs')));
    } finally {
      execute(call('umount2', place, 'MNT_DETACH'));
    }
  });

const run = installLine(['umoci']) === undefined && mounts('erofs') ? test : test.skip;

/** Docker makes the directories of such whiteouts, as we do. */
const NOT_IN_UMOCI = 'whiteouts of what was never there';

for (const { title, layers } of ORDINARY.filter(({ title }) => title !== NOT_IN_UMOCI))
  run(`umoci unpacks the same tree: ${title}`, (t) =>
    sameAsUmoci(t, layers(), (to) => {
      mkdirSync(to);
      makeLayout(to, [{ name: 'app:1', layers: layers() }]);
    }),
  );

if (isNightly)
  run('umoci unpacks the same tree: PostgreSQL above Debian', async (t) => {
    t.timeout(400_000);
    let archives: readonly Buffer[] = [];
    await inDirectory(async (directory) => {
      const [made] = debianImages(join(directory, 'layout'), ['postgres:15']);
      archives = made!.layers.map(({ digest }) => readFileSync(blobFile(join(directory, 'layout'), digest)));
    });
    await sameAsUmoci(t, archives, (to) => void debianImages(to, ['postgres:15']), '15');
  });
