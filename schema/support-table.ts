import { readFileSync, writeFileSync } from 'node:fs';
import {
  foreignServiceKeys,
  type UnsupportedKeys,
  unsupportedAttachmentKeys,
  unsupportedNetworkKeys,
  unsupportedServiceKeys,
  unsupportedServiceParts,
  unsupportedTopLevel,
} from '../src/project/keys/unsupported.ts';
import { generateSchema } from './generate.ts';
import { withBlock } from './readme-block.ts';

const file = new URL('README.md', import.meta.url);

type Schema = {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
};

/** The tables of Compose keys, from the descriptions that editors show. */
export function generateSupportTables(): string {
  const compose = JSON.parse(generateSchema()) as Schema;
  const of = (key: string) => inner(compose.properties?.[key]);
  const block = inner(inner(inner(of('networks'), 'ipam'), 'config'));
  const serviceKeys = { ...unsupportedServiceKeys, ...unsupportedServiceParts };
  return [
    table('Top level', compose),
    table('Service', of('services')),
    table('Network', of('networks')),
    table('Block of addresses, in `ipam.config`', block),
    'Not supported yet; each is a warning where it is written:\n',
    unsupportedTable('Top level', unsupportedTopLevel),
    unsupportedTable('Service', serviceKeys),
    unsupportedTable('`networks` of a service', unsupportedAttachmentKeys),
    unsupportedTable('Network', unsupportedNetworkKeys),
    'Without effect on Linux, and a warning all the same:\n',
    unsupportedTable('Service', foreignServiceKeys),
  ].join('\n');
}

/** The README with these tables between its markers. */
export function withSupportTables(readme: string): string {
  return withBlock(readme, 'support', generateSupportTables());
}

function table(title: string, schema: Schema | undefined): string {
  const rows = Object.entries(schema?.properties ?? {})
    .filter(([, { description = '' }]) => !/^(Not supported|Without effect)/.test(description))
    .map(([key, { description = '' }]): [string, string] => [key, description]);
  return rowsOf(title, rows);
}

function unsupportedTable(title: string, keys: UnsupportedKeys): string {
  const rows = Object.entries(keys).map(([key, what]): [string, string] => [
    key,
    `${what[0]!.toUpperCase()}${what.slice(1)}.`,
  ]);
  return rowsOf(title, rows);
}

function rowsOf(title: string, rows: readonly (readonly [key: string, text: string])[]): string {
  return `| ${title} | |\n|---|---|\n${rows.map(([key, text]) => `| \`${key}\` | ${text} |\n`).join('')}`;
}

/** The mapping that a property holds: its entries, its items or the form of it that has keys. */
function inner(schema: Schema | undefined, key?: string): Schema | undefined {
  const found = key === undefined ? schema : schema?.properties?.[key];
  const forms = found?.anyOf ?? (found === undefined ? [] : [found]);
  for (const form of forms) {
    if (form.properties) return form;
    const deeper = [form.additionalProperties, form.items].find((next) => typeof next === 'object');
    const entry = deeper && inner(deeper);
    if (entry) return entry;
  }
  return undefined;
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
