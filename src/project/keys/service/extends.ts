import { mappingAt, type Tree } from '../../tree/tree.ts';
import { mapping, orShort, text } from '../kinds.ts';
import { asPath, resolved } from '../long-forms.ts';
import type { Value } from '../value.ts';

const extension = mapping(
  'extension',
  {
    service: { ...text(), description: 'Name of the other service.' },
    file: {
      ...text(),
      longForm: resolved(asPath),
      description: 'The file that it is in, whose paths are relative to itself.',
    },
  },
  ['service'],
);

export const key: Value = {
  ...orShort(text(), extension),
  longForm: asExtension,
  description: 'The service to start from, of this file or of another: what this one says is merged over it.',
};

/** The name of a service alone is one of the same file. */
function asExtension(tree: Tree): Tree {
  return tree.kind === 'scalar' ? mappingAt({ service: tree }, tree.span) : tree;
}
