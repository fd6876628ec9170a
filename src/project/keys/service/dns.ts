import { orEmpty } from '../../scalars/flaw.ts';
import { readIp } from '../../scalars/network/addresses.ts';
import type { Tree } from '../../tree/tree.ts';
import { oneOrList, text } from '../kinds.ts';
import { oneToList } from '../long-forms.ts';
import { textOf, uniqueText } from '../merge-rules.ts';
import { someOf } from '../parts/some-of.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<readonly string[]> = {
  ...oneOrList(text(orEmpty(readIp))),
  longForm: asServers,
  templateForm: asServers,
  merge: uniqueText,
  description: 'Name servers for names outside the project, instead of those of the host.',
  model: (servers) => ({ dns: someOf(servers) }),
};

/** As in Docker: an empty name server is none. */
function asServers(tree: Tree): Tree {
  const servers = oneToList(tree);
  if (servers.kind !== 'sequence') return servers;
  return { ...servers, items: servers.items.filter((item) => textOf(item) !== '') };
}
