import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { composeSchema } from '../src/project/model/compose.ts';

const file = new URL('./compose.schema.json', import.meta.url);

/** The JSON schema for editors, generated from the schemas that check the files. */
export function generateSchema(): string {
  const schema = z.toJSONSchema(composeSchema(), {
    io: 'input',
    target: 'draft-07',
    override: allowExtensions,
  });
  const { $schema, title: _, ...rest } = schema as Record<string, unknown>;
  const document = {
    $schema,
    $id: 'urn:tscompose:compose.schema.json',
    title: 'tscompose',
    description: 'A Compose file whose services tscompose runs as Linux containers.',
    ...rest,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** Whether the file holds what would be generated. */
export function isSchemaCurrent(): boolean {
  return readFileSync(file, 'utf8') === generateSchema();
}

/** `x-…` may stand in every mapping; zod has no word for a pattern of keys. */
function allowExtensions({ jsonSchema }: { readonly jsonSchema: Record<string, unknown> }): void {
  if (jsonSchema.additionalProperties === false) jsonSchema.patternProperties = { '^x-': {} };
}

if (process.argv[1] === file.pathname.replace('compose.schema.json', 'generate.ts')) {
  if (!process.argv.includes('--check')) writeFileSync(file, generateSchema());
  else if (!isSchemaCurrent()) {
    console.error('schema is out of date; run `npm run generate`');
    process.exitCode = 1;
  }
}
