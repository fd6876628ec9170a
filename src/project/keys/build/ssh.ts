import * as z from 'zod';
import { type Scalar, scalar, sequence, type Tree } from '../../tree/tree.ts';
import { options, schemaOf } from '../kinds.ts';
import { absolute, type LongFormContext, splitOnce } from '../long-forms.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  schema: () => z.union([z.array(z.string()), schemaOf(options()), z.null()]),
  longForm: asSsh,
  description: 'Agents or keys of SSH that the build may use.',
};

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
    item.kind === 'scalar' && !item.isOpen ? line(splitOnce(String(item.value), '='), item) : item,
  );
  return { ...tree, items };
}
