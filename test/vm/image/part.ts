import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { inPlace } from '../../in-place.ts';
import { partFile } from '../guest/suite.ts';

/**
 * The tests of a part in one file, each where it would be by itself: an emulated machine takes longer to find a thousand
 * modules than to run some of the tests.
 */
export async function bundlePart(root: string, files: readonly string[], index: number): Promise<void> {
  await build({
    absWorkingDir: root,
    stdin: { contents: files.map((file) => `import './${file}';\n`).join(''), resolveDir: root },
    outfile: join(root, partFile(index)),
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'warning',
    bundle: true,
    packages: 'external',
    plugins: [inPlace(/\.js$/, (path) => join(MOUNT_POINT, relative(root, path)))],
  });
}

/** Where the machine has this disk. */
const MOUNT_POINT = '/tscompose';
