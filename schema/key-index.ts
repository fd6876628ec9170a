import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** The folders of `src/project/keys` with a key in each file, and the type of its keys. */
const owners = {
  'top-level': 'Keys',
  service: 'ServiceKeys',
  network: 'NetworkKeys',
  volume: 'Keys',
  build: 'Keys',
} as const;

const typeFiles = { Keys: 'value', ServiceKeys: 'service-key', NetworkKeys: 'network-key' } as const;

export type Owner = keyof typeof owners;

/** The module that lists the keys of a folder; `keys` is the folder of folders. */
export function keyIndex(owner: Owner, keys: URL): string {
  const type = owners[owner];
  const names = readdirSync(new URL(`${owner}/`, keys))
    .map((file) => file.replace(/\.ts$/, ''))
    .sort();
  return [
    `// Written by \`npm run generate\`: one key for each file in ${owner}/.`,
    ...[
      ...names.map((name) => `import { key as ${local(name)} } from './${owner}/${name}.ts';`),
      `import type { ${type} } from './${typeFiles[type]}.ts';`,
    ].sort(byFolder),
    '',
    `export const ${camel(owner)}Keys: ${type} = {`,
    ...names.map((name) => `  ${/^\w+$/.test(name) ? name : `'${name}'`}: ${local(name)},`),
    '};',
    '',
  ].join('\n');
}

/** Writes the module of every folder. */
export function writeKeyIndexes(keys: URL): void {
  for (const owner of all) writeFileSync(fileOf(owner, keys), keyIndex(owner, keys));
}

/** The folders whose module is not what would be written. */
export function staleKeyIndexes(keys: URL): Owner[] {
  return all.filter((owner) => readFileSync(fileOf(owner, keys), 'utf8') !== keyIndex(owner, keys));
}

const all = Object.keys(owners) as Owner[];

/** Files of a folder before those whose name begins like it, as Biome sorts imports. */
function byFolder(a: string, b: string): number {
  const [one, other] = [a, b].map((line) => line.split(' from ')[1]!.replaceAll('/', '\0'));
  return one! < other! ? -1 : 1;
}

function fileOf(owner: Owner, keys: URL): URL {
  return new URL(`${owner}-keys.ts`, keys);
}

function local(name: string): string {
  return `${camel(name)}Key`;
}

function camel(name: string): string {
  return name.replace(/[-_](\w)/g, (_, letter: string) => letter.toUpperCase());
}

if (process.argv[1] === new URL(import.meta.url).pathname)
  writeKeyIndexes(new URL('../src/project/keys/', import.meta.url));
