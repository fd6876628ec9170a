import type { Tree } from '../../tree/tree.ts';
import { variables } from '../kinds.ts';
import { asLabels, type LongFormContext, mapEntries, unlessOpen } from '../long-forms.ts';
import { asContext } from '../parts/build-context.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...variables(),
  longForm: asContexts,
  templateForm: unlessOpen(asContexts),
  templateMerge: () => undefined,
  description: 'Additional directories, by their name in the Dockerfile.',
};

/** Directories by name, with absolute paths. */
function asContexts(tree: Tree, context: LongFormContext): Tree {
  return mapEntries(asLabels(tree), (name, entry) => [
    name,
    { ...entry, value: asContext(entry.value, context) },
  ]);
}
