import { placeOf, type Tree } from '../../tree/tree.ts';
import { asText, type LongFormContext } from '../long-forms.ts';

/** An id in another notation, such as octal, is most likely a mistake. */
export function asUser(tree: Tree, { diagnostics }: LongFormContext): Tree {
  if (tree.kind === 'scalar' && tree.written !== undefined) {
    const message = '`user` must be an id in plain decimal';
    const label = `YAML reads this as ${tree.value}`;
    diagnostics.push({ severity: 'error', code: 'invalid-value', message, at: placeOf(tree.span), label });
  }
  return asText(tree);
}
