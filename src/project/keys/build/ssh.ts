import * as z from 'zod';
import { scalar, sequence, type Tree } from '../../tree/tree.ts';
import { options, schemaOf } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  schema: () => z.union([z.array(z.string()), schemaOf(options()), z.null()]),
  longForm: asSsh,
  description: 'Agents or keys of SSH that the build may use.',
};

/** Agents and keys as a list, `default` or `name=path`. */
function asSsh(tree: Tree): Tree {
  if (tree.kind !== 'mapping') return tree;
  const items = [...tree.entries].map(([name, { value }]) => {
    const path = value.kind === 'scalar' ? value.value : null;
    return scalar(path === null || path === '' ? name : `${name}=${path}`, value.span);
  });
  return sequence(items, tree.span);
}
