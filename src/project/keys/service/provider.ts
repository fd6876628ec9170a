import * as z from 'zod';
import type { Tree } from '../../tree/tree.ts';
import { map, mapping, text } from '../kinds.ts';
import { asText, mapEntries, oneToList } from '../long-forms.ts';
import type { Value } from '../value.ts';

const option: Value = {
  schema: () => {
    const plain = z.union([z.string(), z.number(), z.boolean()]);
    return z.union([plain, z.array(plain)]);
  },
};

export const key: Value = {
  ...mapping(
    'provider',
    {
      type: { ...text(), description: 'Program that provides the service.' },
      options: { ...map(option), longForm: asLists, description: 'Options of the program.' },
    },
    ['type'],
  ),
  unsupported: 'a program that provides the service',
};

/** A list of texts under every name. */
function asLists(tree: Tree): Tree {
  return mapEntries(tree, (name, { key, value }) => {
    const list = oneToList(value);
    const texts = list.kind === 'sequence' ? { ...list, items: list.items.map(asText) } : list;
    return [name, { key, value: texts }];
  });
}
