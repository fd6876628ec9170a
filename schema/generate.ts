import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { composeSchema } from '../src/project/keys/compose.ts';
import { foreignKeys, unsupportedKeys } from '../src/project/keys/unsupported.ts';

type JsonSchema = {
  description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | false;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
};

const file = new URL('./compose.schema.json', import.meta.url);

/** The JSON schema for editors, generated from the schemas that check the files. */
export function generateSchema(): string {
  const schema = z.toJSONSchema(composeSchema(), {
    io: 'input',
    target: 'draft-07',
    override: allowExtensions,
  });
  for (const [path, what] of Object.entries(unsupportedKeys)) {
    const fault = path in foreignKeys ? 'Without effect on Linux' : 'Not supported yet';
    for (const key of schemasAt(schema as JsonSchema, path)) key.description = `${fault}: ${what}.`;
  }
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

/** The schemas of a key, by its path; where there is a choice, in every branch that has the key. */
function schemasAt(schema: JsonSchema, path: string): JsonSchema[] {
  return path
    .replaceAll('[]', '.[]')
    .split('.')
    .reduce<JsonSchema[]>((schemas, step) => schemas.flatMap((each) => below(each, step)), [schema]);
}

function below(schema: JsonSchema, step: string): JsonSchema[] {
  const { properties, additionalProperties, items } = schema;
  const inner = step === '*' ? additionalProperties : step === '[]' ? items : properties?.[step];
  return [
    ...(typeof inner === 'object' ? [inner] : []),
    ...(schema.anyOf ?? []).flatMap((branch) => below(branch, step)),
  ];
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
