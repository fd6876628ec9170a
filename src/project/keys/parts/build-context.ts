import { isRemote } from '../../scalars/remote.ts';
import type { Tree } from '../../tree/tree.ts';
import { absolute, type LongFormContext, mapScalar } from '../long-forms.ts';

/** A directory as an absolute path; what stands for other places than this machine's own directories stays. */
export function asContext(tree: Tree, context: LongFormContext): Tree {
  return mapScalar(tree, (value) => {
    const text = String(value);
    return isRemote(text) || /^(service|target):/.test(text) ? text : absolute(text, context);
  });
}
