import { type Entry, mappingAt, type Tree, withEntries } from '../../tree/tree.ts';
import { list, mapping, oneOrList, orShort, text } from '../kinds.ts';
import { asPath, emptyList, type LongFormContext, resolved } from '../long-forms.ts';
import { asFiles } from '../parts/local-files.ts';
import type { Value } from '../value.ts';

const inclusion = mapping(
  'inclusion',
  {
    path: {
      ...oneOrList(text()),
      description:
        'Path of the file, or of several files to merge; the first one sets the project directory.',
    },
    project_directory: {
      ...text(),
      longForm: resolved(asPath),
      templateForm: resolved(asPath),
      description: 'Base of relative paths, the directory of the file by default.',
    },
    env_file: {
      ...oneOrList(text()),
      description: 'Files with variables, the `.env` of that directory by default.',
    },
  },
  ['path'],
);

export const key: Value = {
  ...list({
    ...orShort(text(), inclusion),
    longForm: resolved(asInclusion),
    templateForm: resolved(asInclusion),
  }),
  longForm: emptyList,
  templateForm: emptyList,
  description: 'Other Compose files, each with paths and variables of its own, under this one.',
};

/** A path alone is a file that stands where it is. */
function asInclusion(tree: Tree, context: LongFormContext): Tree {
  const long = tree.kind === 'scalar' ? mappingAt({ path: tree }, tree.span) : tree;
  if (long.kind !== 'mapping') return long;
  const paths = (entry: Entry | undefined) => entry && { ...entry, value: asFiles(entry.value, context) };
  return withEntries(long, {
    path: paths(long.entries.get('path')),
    env_file: paths(long.entries.get('env_file')),
  });
}
