import { isRemote } from '../../scalars/remote.ts';
import type { Tree } from '../../tree/tree.ts';
import { absolute, type LongFormContext, mapPath } from '../long-forms.ts';

/** A directory as an absolute path; what stands for other places than this machine's own directories stays. */
export function asContext(tree: Tree, context: LongFormContext): Tree {
  return mapPath(tree, (path) =>
    isRemote(path) || /^(service|target):/.test(path) ? path : absolute(path, context),
  );
}
