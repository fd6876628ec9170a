import * as z from 'zod';
import { parsedValue } from '../../scalars/flaw.ts';
import { readHostAddress, readHostKey, readHostLine } from '../../scalars/network/hosts.ts';
import { scalar, sequence, type Tree } from '../../tree/tree.ts';
import { map, schemaOf, text } from '../kinds.ts';
import { uniqueText } from '../merge-rules.ts';
import { differentLines } from '../template-lines.ts';
import type { Value } from '../value.ts';

/** Further lines of /etc/hosts: lines, or names with one address or several. */
export function hosts(): Value {
  const address = text(readHostAddress);
  const addresses: Value = { schema: () => z.union([schemaOf(address), z.array(schemaOf(address))]) };
  const schema = () =>
    z.union([z.array(schemaOf(text(readHostLine))), schemaOf(map(addresses, readHostKey))]);
  return { schema, longForm: asHosts, merge: uniqueText, templateMerge: differentLines };
}

/** Names with addresses as lines `host=address`. */
function asHosts(tree: Tree): Tree {
  const line = (host: string, address: Tree): Tree => {
    const written = address.kind === 'scalar' ? String(address.value) : '';
    return scalar(`${host}=${withoutBrackets(written)}`, address.span);
  };
  if (tree.kind === 'mapping') {
    const items = [...tree.entries].flatMap(([host, { value }]) =>
      value.kind === 'sequence' ? value.items.map((item) => line(host, item)) : [line(host, value)],
    );
    return sequence(items, tree.span);
  }
  if (tree.kind !== 'sequence') return sequence([], tree.span);
  const items = tree.items.flatMap((item): Tree[] => {
    if (item.kind !== 'scalar') return [item];
    const { host, addresses } = parsedValue(readHostLine(String(item.value)));
    return addresses.map((address) => scalar(`${host}=${address}`, item.span));
  });
  return { ...tree, items };
}

function withoutBrackets(address: string): string {
  return address.replace(/^\[(.*)\]$/, '$1');
}
