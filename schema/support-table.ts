import { readFileSync, writeFileSync } from 'node:fs';
import { composeFile } from '../src/project/keys/compose-file.ts';
import { type Value, valuesIn } from '../src/project/keys/value.ts';
import { withBlock } from './readme-block.ts';

const file = new URL('README.md', import.meta.url);

/** Where the keys of each table are, and what it calls them. */
const owners: readonly (readonly [title: string, path: string])[] = [
  ['Top level', ''],
  ['Service', 'services.*.'],
  ['`networks` of a service', 'services.*.networks.*.'],
  ['Network', 'networks.*.'],
  ['Block of addresses, in `ipam.config`', 'networks.*.ipam.config[].'],
];

/** A key by its path from its owner on, and a sentence. */
type Row = readonly [path: string, text: string];

/** The tables of Compose keys, from what the keys say of themselves. */
export function generateSupportTables(): string {
  const said = [...valuesIn(composeFile)];
  const rows = (textOf: (value: Value) => string | undefined): Row[] =>
    said.flatMap(([path, value]) => {
      const text = textOf(value);
      return text === undefined ? [] : [[path, text]];
    });
  return [
    ...tables(rows(honoured).filter(([path]) => isKeyOf(ownerOf(path), path))),
    'Not supported yet; each is a warning where it is written:\n',
    ...tables(rows(({ unsupported }) => unsupported && sentence(unsupported))),
    'Without effect on Linux, and a warning all the same:\n',
    ...tables(rows(({ foreign }) => foreign && sentence(foreign))),
    'Without effect for another reason, and a warning as well:\n',
    ...tables(rows(({ inapplicable }) => inapplicable && sentence(inapplicable))),
  ].join('\n');
}

/** The README with these tables between its markers. */
export function withSupportTables(readme: string): string {
  return withBlock(readme, 'support', generateSupportTables());
}

/** A table for each owner of a key among these. */
function tables(rows: readonly Row[]): string[] {
  return owners.flatMap(([title, owner]) => {
    const own = rows.filter(([path]) => ownerOf(path) === owner);
    const lines = own.map(([path, text]) => `| \`${path.slice(owner.length)}\` | ${text} |\n`);
    return lines.length === 0 ? [] : [`| ${title} | |\n|---|---|\n${lines.join('')}`];
  });
}

/** The innermost owner that a path is below. */
function ownerOf(path: string): string {
  return owners.map(([, owner]) => owner).findLast((owner) => path.startsWith(owner)) ?? '';
}

/** Whether a path has one step from its owner on. */
function isKeyOf(owner: string, path: string): boolean {
  return !/[.[]/.test(path.slice(owner.length));
}

function honoured({ description, unsupported, foreign, inapplicable }: Value): string | undefined {
  return (unsupported ?? foreign ?? inapplicable) === undefined ? description : undefined;
}

function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const readme = readFileSync(file, 'utf8');
  const written = withSupportTables(readme);
  if (!process.argv.includes('--check')) writeFileSync(file, written);
  else if (written !== readme) {
    console.error('the tables in schema/README.md are out of date; run `npm run generate`');
    process.exitCode = 1;
  }
}
