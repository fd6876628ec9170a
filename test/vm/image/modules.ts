import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The modules to load, each after those that it depends on. `directory` is that of a kernel's modules. */
export function inOrder(directory: string, names: readonly string[]): readonly string[] {
  const files = new Map(
    readdirSync(join(directory, 'kernel'), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.ko(\.xz)?$/.test(path))
      .map((path) => [moduleName(path), join(directory, 'kernel', path)]),
  );
  const builtIn = new Set(
    readFileSync(join(directory, 'modules.builtin'), 'utf8').split('\n').map(moduleName),
  );
  const order = new Set<string>();
  const load = (name: string): void => {
    const file = files.get(name);
    if (file === undefined && builtIn.has(name)) return;
    if (file === undefined) throw new Error(`this kernel has no module ${name}`);
    for (const needed of dependencies(moduleBytes(file))) load(needed);
    order.add(file);
  };
  for (const name of names) load(name);
  return [...order];
}

/** A module as insmod(8) of busybox takes it. Newer kernels of Debian have compressed ones. */
export const moduleBytes = (path: string): Buffer =>
  path.endsWith('.xz')
    ? execFileSync('busybox', ['xz', '-dc', path], { maxBuffer: 1 << 26 })
    : readFileSync(path);

/** A module's section `.modinfo` has strings that end in a zero: `depends=llc,stp`. */
export function dependencies(module: Buffer): readonly string[] {
  const at = module.indexOf('\0depends=');
  if (at === -1) return [];
  const text = module.toString('latin1', at + '\0depends='.length, module.indexOf(0, at + 1));
  return text.split(',').filter(Boolean).map(moduleName);
}

// The files have dashes where the names have underscores.
export const moduleName = (path: string): string =>
  basename(path)
    .replace(/\.ko(\.xz)?$/, '')
    .replaceAll('-', '_');
