import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
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
    plugins: [inPlace(root)],
  });
}

/** What a module says of its own place is that of its file in the machine. */
const inPlace = (root: string): Plugin => ({
  name: 'in-place',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.js$/ }, ({ path }) => {
      const place = join(MOUNT_POINT, relative(root, path));
      const words = { filename: place, dirname: dirname(place), url: pathToFileURL(place).href };
      const contents = readFileSync(path, 'utf8').replaceAll(
        /\bimport\.meta\.(filename|dirname|url)\b/g,
        (_, word) => JSON.stringify(words[word as keyof typeof words]),
      );
      return { contents, loader: 'js' };
    }),
});

/** Where the machine has this disk. */
const MOUNT_POINT = '/tscompose';
