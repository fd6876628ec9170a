import { isRemote } from '../../scalars/remote.ts';
import type { Tree } from '../../tree/tree.ts';
import { absolute, type LongFormContext, mapPath } from '../long-forms.ts';

/**
 * A directory as an absolute path; a text for other places than the directories of this machine stays, and so does an
 * empty one.
 */
export function asContext(tree: Tree, context: LongFormContext): Tree {
  return mapPath(tree, (path) =>
    path === '' || isRemote(path) || path.startsWith('service:') ? path : absolute(path, context),
  );
}
