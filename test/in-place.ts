import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OnLoadArgs, Plugin } from 'esbuild';

/** In a bundle, what a module says of its own place is that of its file, or of where its file will be. */
export const inPlace = (
  filter: RegExp,
  placeOf: (path: string) => string = (path) => path,
  before: (args: OnLoadArgs) => string = () => '',
): Plugin => ({
  name: 'in-place',
  setup: ({ onLoad }) =>
    onLoad({ filter, namespace: 'file' }, (args) => {
      const filename = placeOf(args.path);
      const words = { filename, dirname: dirname(filename), url: pathToFileURL(filename).href };
      const contents = readFileSync(args.path, 'utf8').replaceAll(
        /\bimport\.meta\.(filename|dirname|url)\b/g,
        (_, word) => JSON.stringify(words[word as keyof typeof words]),
      );
      return { contents: before(args) + contents, loader: 'default' };
    }),
});
