import { isRemote } from '../../scalars/remote.ts';
import type { Tree } from '../../tree/tree.ts';
import { asPath, type LongFormContext, oneToList } from '../long-forms.ts';

/** One path or several as a list of absolute ones. */
export function asFiles(tree: Tree, context: LongFormContext): Tree {
  const files = oneToList(tree);
  if (files.kind !== 'sequence') return files;
  return { ...files, items: files.items.map((file) => asLocalPath(file, context)) };
}

/** The address of something to fetch is no path. */
function asLocalPath(tree: Tree, context: LongFormContext): Tree {
  return tree.kind === 'scalar' && isRemote(String(tree.value)) ? tree : asPath(tree, context);
}
