import * as z from 'zod';
import { child, mapping as mappingTree, preset, type Tree, withEntries } from '../../tree/tree.ts';
import { boolean, choice, list, mapping, optOut, orShort, schemaOf, text } from '../kinds.ts';
import { asBoolean, asPath, type LongFormContext, oneToList } from '../long-forms.ts';
import { uniqueByKey } from '../merge-rules.ts';
import type { Value } from '../value.ts';

const file = orShort(
  text(),
  mapping(
    'env file',
    {
      path: { ...text(), description: 'The file, relative to the project.' },
      required: {
        ...boolean(),
        ...optOut,
        description: 'Fail if the file is missing, true by default.',
      },
      format: {
        ...choice('raw', ''),
        description: 'Format: `raw` keeps every value literally, with quotes and dollar signs.',
      },
    },
    ['path'],
  ),
);

export const key: Value = {
  items: file,
  schema: () => z.union([z.string(), schemaOf(list(file))]),
  longForm: asEnvFiles,
  templateForm: asEnvFiles,
  merge: uniqueByKey('path'),
  description:
    'Files with environment variables; `environment` overrides them, and later files override earlier ones.',
};

function asEnvFiles(tree: Tree, context: LongFormContext): Tree {
  const files = oneToList(tree);
  if (files.kind !== 'sequence') return files;
  return { ...files, items: files.items.map((item) => asEnvFile(item, context)) };
}

/** A path alone is a file that has to be there. */
function asEnvFile(tree: Tree, context: LongFormContext): Tree {
  const isLong = tree.kind === 'mapping';
  const path = isLong ? child(tree, 'path') : tree;
  const required = isLong ? child(tree, 'required') : undefined;
  return withEntries(isLong ? tree : mappingTree([], tree.span), {
    path: path && { key: path.span, value: asPath(path, context) },
    required: { key: tree.span, value: required ? asBoolean(required) : preset(true, tree.span) },
  });
}
