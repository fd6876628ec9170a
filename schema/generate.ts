import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { composeFile } from '../src/project/keys/compose-file.ts';
import { schemaOf } from '../src/project/keys/kinds.ts';
import { type Value, valuesIn } from '../src/project/keys/value.ts';

type JsonSchema = {
  title?: string;
  description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | false;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
};

const file = new URL('./compose.schema.json', import.meta.url);

/** The JSON schema for editors, generated from the schemas that check the files. */
export function generateSchema(): string {
  const schema = z.toJSONSchema(schemaOf(composeFile), {
    io: 'input',
    target: 'draft-07',
    override: allowExtensions,
  });
  for (const [path, value] of valuesIn(composeFile))
    for (const found of schemasAt(schema as JsonSchema, path)) describe(found, value);
  const { $schema, ...rest } = schema as Record<string, unknown>;
  const document = {
    $schema,
    $id: 'urn:tscompose:compose.schema.json',
    title: 'tscompose',
    description: 'A Compose file whose services tscompose runs as Linux containers.',
    ...rest,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** What is said of a value, and what messages call it where it is a mapping. */
function describe(schema: JsonSchema, value: Value): void {
  const description = sentenceOn(value);
  if (description !== undefined) schema.description = description;
  const form = value.title === undefined ? undefined : mappingIn(schema);
  if (form) form.title = value.title!;
}

/** The sentence that editors and tables show. */
function sentenceOn({ description, unsupported, foreign, inapplicable }: Value): string | undefined {
  if (unsupported !== undefined) return `Not supported yet: ${unsupported}.`;
  if (inapplicable !== undefined) return `Without effect: ${inapplicable}.`;
  return foreign === undefined ? description : `Without effect on Linux: ${foreign}.`;
}

/** Of several forms of a value, the one with keys. */
function mappingIn(schema: JsonSchema): JsonSchema | undefined {
  if (schema.properties) return schema;
  return schema.anyOf?.map(mappingIn).find((form) => form !== undefined);
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
