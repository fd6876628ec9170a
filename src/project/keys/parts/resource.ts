import { scalar, type Tree, withEntries } from '../../tree/tree.ts';
import { boolean, mapping, orShort, text } from '../kinds.ts';
import { asBoolean } from '../long-forms.ts';
import type { Value } from '../value.ts';

/** True or false, or in old files a mapping with the name. */
export const external: Value = {
  ...orShort(
    boolean(),
    mapping('external', { name: { ...text(), description: 'Name, now written beside it.' } }),
  ),
  longForm: asBoolean,
};

/** The old `external: {name: x}` of a volume, network, secret or config as `external: true` with the name beside it. */
export function asResource(tree: Tree): Tree {
  if (tree.kind !== 'mapping') return tree;
  const external = tree.entries.get('external');
  if (external?.value.kind !== 'mapping') return tree;
  const name = external.value.entries.get('name');
  return withEntries(tree, {
    external: { ...external, value: scalar(true, external.value.span) },
    name: tree.entries.get('name') ?? name,
  });
}
