import type { Diagnostic } from '../../../base/diagnostic.ts';
import { type Entry, placeOf, scalar, spanOfEntry, type Tree, withEntries } from '../../tree/tree.ts';
import { boolean, mapping, orShort, text } from '../kinds.ts';
import { asBoolean, type LongFormContext } from '../long-forms.ts';
import { textOf } from '../merge-rules.ts';
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
export function asResource(tree: Tree, { diagnostics }: LongFormContext): Tree {
  if (tree.kind !== 'mapping') return tree;
  const external = tree.entries.get('external');
  if (external?.value.kind !== 'mapping') return tree;
  const [own, other] = [tree.entries.get('name'), external.value.entries.get('name')];
  if (own && other && textOf(own.value) !== textOf(other.value)) diagnostics.push(twoNames(own, other));
  return withEntries(tree, {
    external: { ...external, value: scalar(true, external.value.span) },
    name: own ?? other,
  });
}

function twoNames(own: Entry, other: Entry): Diagnostic {
  return {
    severity: 'error',
    code: 'conflicting-keys',
    message: '`name` and `external.name` disagree',
    at: placeOf(spanOfEntry(other)),
    labels: [{ at: placeOf(spanOfEntry(own)), text: 'the other name' }],
    help: 'write `external: true`, and the name beside it',
  };
}
