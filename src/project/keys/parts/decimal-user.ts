import { placeOf, type Tree } from '../../tree/tree.ts';
import { asText, type LongFormContext } from '../long-forms.ts';

/** An id that YAML read from another notation is not what somebody wrote who meant an id. */
export function asUser(tree: Tree, { diagnostics }: LongFormContext): Tree {
  if (tree.kind === 'scalar' && tree.written !== undefined) {
    const message = '`user` must be an id in plain decimal';
    const label = `YAML reads this as ${tree.value}`;
    diagnostics.push({ severity: 'error', code: 'invalid-value', message, at: placeOf(tree.span), label });
  }
  return asText(tree);
}
