import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { inPlace } from '../in-place.ts';

const repository = resolve(import.meta.dirname, '../..');
const titled = join(import.meta.dirname, 'titled.ts');
const record = join(import.meta.dirname, 'record.ts');

/**
 * The tests of some files and all that they import as one module: the compiler of TypeScript takes longer to find and
 * load a thousand of them than many tests take. Returns its URL.
 */
export async function bundleTests(name: string, files: readonly string[]): Promise<string> {
  const outfile = join(repository, `node_modules/.cache/tscompose-shards/${name}.mjs`);
  await build({
    absWorkingDir: repository,
    stdin: { contents: [record, ...files].map(importOf).join(''), resolveDir: repository },
    outfile,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'warning',
    bundle: true,
    keepNames: true,
    packages: 'external',
    sourcemap: 'linked',
    sourcesContent: false,
    plugins: [
      ownAva,
      declaring,
      inPlace(/\.ts$/, undefined, ({ path }) => (files.includes(path) ? importOf(`declaring:${path}`) : '')),
    ],
  });
  return pathToFileURL(outfile).href;
}

const importOf = (path: string): string => `import ${JSON.stringify(path)};`;

/** Puts `titled.ts` in the place of ava, for everything but the shards themselves. */
const ownAva: Plugin = {
  name: 'own-ava',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^ava$/ }, ({ importer }) =>
      importer === titled || importer === record ? undefined : { path: titled },
    ),
};

/** A module before each file of tests, which says whose tests are declared from now on. */
const declaring: Plugin = {
  name: 'declaring',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^declaring:/ }, ({ path }) => ({
      path: path.slice('declaring:'.length),
      namespace: 'declaring',
    }));
    onLoad({ filter: /.*/, namespace: 'declaring' }, ({ path }) => ({
      contents: `import { declareOf } from ${JSON.stringify(titled)}; declareOf(${JSON.stringify(path)});`,
      resolveDir: repository,
    }));
  },
};
