import { parsedValue } from '../../scalars/flaw.ts';
import { readPullPolicy } from '../../scalars/pull-policy.ts';
import type { Tree } from '../../tree/tree.ts';
import { text } from '../kinds.ts';
import { mapScalar } from '../long-forms.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...text(readPullPolicy),
  longForm: asPullPolicy,
  unsupported: 'the pull policy of the image',
};

function asPullPolicy(tree: Tree): Tree {
  return mapScalar(tree, (value) => parsedValue(readPullPolicy(String(value))));
}
