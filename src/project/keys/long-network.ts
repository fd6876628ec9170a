import { parsedValue } from '../scalars/flaw.ts';
import { readHostLine } from '../scalars/hosts.ts';
import { readPorts, readProtocol, readTarget } from '../scalars/ports.ts';
import {
  child,
  type Entry,
  isNull,
  type MappingTree,
  mappingAt,
  placeOf,
  preset,
  scalar,
  sequence,
  type Tree,
  withEntries,
} from '../tree/tree.ts';
import type { LongForm, LongFormContext } from './long-forms.ts';

/** Every port in its long form; a short one with a range stands for several. */
export const asPorts: LongForm = (tree, context) => {
  if (tree.kind !== 'sequence') return sequence([], tree.span);
  return { ...tree, items: tree.items.flatMap((item) => portsOf(item, context)) };
};

function portsOf(tree: Tree, { room, diagnostics }: LongFormContext): Tree[] {
  if (tree.kind === 'mapping') return [longPort(tree)];
  if (tree.kind !== 'scalar') return [tree];
  const { count, each } = parsedValue(readPorts(tree.value as number | string));
  room.ports -= count;
  if (room.ports >= 0)
    return each().map((port) => mappingAt({ mode: preset('ingress', tree.span), ...port }, tree.span));
  const message = '`ports` must not be more than 100000 in all services together';
  diagnostics.push({ severity: 'error', code: 'invalid-value', message, at: placeOf(tree.span) });
  return [];
}

function longPort(tree: MappingTree): Tree {
  const text = (key: string) => {
    const value = child(tree, key);
    return value?.kind === 'scalar' && !isNull(value) && value.value !== '' ? value : undefined;
  };
  const entry = (
    key: string,
    read: (written: string) => string | number,
    otherwise?: string,
  ): Entry | undefined => {
    const value = text(key);
    if (value?.isOpen) return { key: tree.entries.get(key)!.key, value };
    if (value)
      return { key: tree.entries.get(key)!.key, value: { ...value, value: read(String(value.value)) } };
    return otherwise === undefined ? undefined : { key: tree.span, value: preset(otherwise, tree.span) };
  };
  return withEntries(tree, {
    target: entry('target', (written) => parsedValue(readTarget(written))),
    published: entry('published', String),
    host_ip: entry('host_ip', String),
    protocol: entry('protocol', (written) => parsedValue(readProtocol(written)), 'tcp'),
    mode: entry('mode', String, 'ingress'),
  });
}

/** Names with addresses as lines `host=address`. */
export const asHosts: LongForm = (tree) => {
  const line = (host: string, address: Tree): Tree => {
    const text = address.kind === 'scalar' ? String(address.value) : '';
    return scalar(`${host}=${withoutBrackets(text)}`, address.span);
  };
  if (tree.kind === 'mapping') {
    const items = [...tree.entries].flatMap(([host, { value }]) =>
      value.kind === 'sequence' ? value.items.map((item) => line(host, item)) : [line(host, value)],
    );
    return sequence(items, tree.span);
  }
  if (tree.kind !== 'sequence') return sequence([], tree.span);
  const items = tree.items.flatMap((item) => {
    if (item.kind !== 'scalar' || item.isOpen) return [item];
    const { host, addresses } = parsedValue(readHostLine(String(item.value)));
    return addresses.map((address) => scalar(`${host}=${address}`, item.span));
  });
  return { ...tree, items };
};

function withoutBrackets(address: string): string {
  return address.replace(/^\[(.*)\]$/, '$1');
}
