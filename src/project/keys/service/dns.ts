import { readIp } from '../../scalars/addresses.ts';
import { orEmpty } from '../../scalars/flaw.ts';
import type { Tree } from '../../tree/tree.ts';
import { oneOrList, text } from '../kinds.ts';
import { oneToList } from '../long-forms.ts';
import { textOf, uniqueText } from '../merge-rules.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...oneOrList(text(orEmpty(readIp))),
  longForm: asServers,
  templateForm: asServers,
  merge: uniqueText,
  unsupported: 'name servers to use',
};

/** As in Docker: an empty name server is none. */
function asServers(tree: Tree): Tree {
  const servers = oneToList(tree);
  if (servers.kind !== 'sequence') return servers;
  return { ...servers, items: servers.items.filter((item) => textOf(item) !== '') };
}
