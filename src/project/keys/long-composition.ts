import { isRemote } from '../scalars/remote.ts';
import { type Entry, mappingAt, type Tree, withEntries } from '../tree/tree.ts';
import { asPath, type LongForm, oneToList } from './long-forms.ts';

/** The name of a service alone is one of the same file. */
export const asExtension: LongForm = (tree) =>
  tree.kind === 'scalar' ? mappingAt({ service: tree }, tree.span) : tree;

/** A path alone is a file that stands where it is. */
export const asInclusion: LongForm = (tree, context) => {
  const long = tree.kind === 'scalar' ? mappingAt({ path: tree }, tree.span) : tree;
  if (long.kind !== 'mapping') return long;
  const paths = (entry: Entry | undefined) => entry && { ...entry, value: asFiles(entry.value, context) };
  return withEntries(long, {
    path: paths(long.entries.get('path')),
    env_file: paths(long.entries.get('env_file')),
  });
};

/** One path or several as a list of absolute ones. */
export const asFiles: LongForm = (tree, context): Tree => {
  const files = oneToList(tree);
  if (files.kind !== 'sequence') return files;
  return { ...files, items: files.items.map((file) => asLocalPath(file, context)) };
};

/** What would have to be fetched is no path. */
const asLocalPath: LongForm = (tree, context) =>
  tree.kind === 'scalar' && isRemote(String(tree.value)) ? tree : asPath(tree, context);
