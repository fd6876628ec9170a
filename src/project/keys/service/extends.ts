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
      templateForm: resolved(asPath),
      description: 'File of the other service, with paths relative to that file.',
    },
  },
  ['service'],
);

export const key: Value = {
  ...orShort(text(), extension),
  longForm: asExtension,
  templateForm: asExtension,
  description: 'Service of this or another file to extend; the keys of this service are merged over it.',
};

/** The name of a service alone is one of the same file. */
function asExtension(tree: Tree): Tree {
  return tree.kind === 'scalar' ? mappingAt({ service: tree }, tree.span) : tree;
}
