import { realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { workingDirectory } from '../../../src/project/read/working-directory.ts';
import { folder } from '../folder.ts';

test('the working directory has the name by which the shell entered it', (t) => {
  const link = join(folder(t, {}), 'link');
  symlinkSync(process.cwd(), link);
  t.is(workingDirectory({ PWD: link }), link);
});

test('a name that is wrong, or not plain, is not the working directory', (t) => {
  const real = realpathSync('.');
  const root = folder(t, { file: '' });
  for (const PWD of [
    undefined,
    '',
    '.',
    root,
    join(root, 'none'),
    `${real}/`,
    `${real}/../${real}`,
    'x'.repeat(5000),
  ])
    t.is(workingDirectory({ PWD }), real);
});
