import * as z from 'zod';
import { type Scalar, scalar, sequence, type Tree, withValue } from '../../tree/tree.ts';
import { options, schemaOf } from '../kinds.ts';
import {
  absolute,
  asPath,
  asVariables,
  type LongFormContext,
  mapEntries,
  splitOnce,
  unlessOpen,
} from '../long-forms.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  schema: () => z.union([z.array(z.string()), schemaOf(options()), z.null()]),
  longForm: asSsh,
  templateForm: unlessOpen(asKeys),
  description: 'Agents or keys of SSH that the build may use.',
};

/** Agents and keys by name, with absolute paths. */
function asKeys(tree: Tree, context: LongFormContext): Tree {
  return mapEntries(asVariables(tree), (name, entry) => [
    name,
    withValue(entry, asPath(entry.value, context)),
  ]);
}

/** Agents and keys as a list, `default` or `name=path` with an absolute path. */
function asSsh(tree: Tree, context: LongFormContext): Tree {
  const line = ([name, path]: readonly [string, Scalar | undefined], { span }: Tree) => {
    const file = path === null || path === undefined ? '' : String(path);
    return scalar(file === '' ? name : `${name}=${absolute(file, context)}`, span);
  };
  if (tree.kind === 'mapping') {
    const items = [...tree.entries].map(([name, { value }]) =>
      line([name, value.kind === 'scalar' ? value.value : null], value),
    );
    return sequence(items, tree.span);
  }
  if (tree.kind !== 'sequence') return tree;
  const items = tree.items.map((item) =>
    item.kind === 'scalar' ? line(splitOnce(String(item.value), '='), item) : item,
  );
  return { ...tree, items };
}
