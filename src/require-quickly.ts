import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * `require` of the bundle in this file. Of koffi it loads the native library alone: finding that takes the package six
 * times as long as loading it, and what the package adds to it are warnings of old names.
 */
export const requireFrom = (file: string): ((name: string) => unknown) => {
  const require = createRequire(file);
  let koffi: unknown;
  return (name) => {
    if (name !== KOFFI) return require(name);
    koffi ??= libraryBeside(require.resolve.paths(name) ?? []) ?? require(name);
    return koffi;
  };
};

const KOFFI = 'koffi';

/** Undefined where the package has to search: it lies elsewhere, is of another version, or this is another libc. */
const libraryBeside = (directories: readonly string[]): unknown => {
  const directory = directories.find((path) => existsSync(join(path, KOFFI)));
  if (directory === undefined) return undefined;
  const { arch } = process;
  const module = { exports: {} as { readonly version?: string } };
  try {
    const { version } = JSON.parse(readFileSync(join(directory, KOFFI, 'package.json'), 'utf8'));
    process.dlopen(module, join(directory, '@koromix', `koffi-linux-${arch}`, `linux_${arch}`, 'koffi.node'));
    return module.exports.version === version ? module.exports : undefined;
  } catch {
    return undefined;
  }
};
