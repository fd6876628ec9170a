import { isIP } from 'node:net';
import type { Template } from '../show/go-template.ts';
import { networkInspectFields } from '../show/network-json.ts';
import { networkFields } from '../show/network-list.ts';
import {
  agedPruneCondition,
  type LabelCondition,
  type ListFormat,
  labelCondition,
  listFormat,
  objectFormat,
  patternOf,
  splitCondition,
  truthOf,
  type UntilCondition,
} from './list-values.ts';

/** A condition on networks. */
export type NetworkFilter =
  | { readonly key: 'name' | 'id'; readonly pattern: RegExp }
  | { readonly key: 'driver' | 'scope' | 'type'; readonly value: string }
  | { readonly key: 'dangling'; readonly isUnused: boolean }
  | LabelCondition
  | UntilCondition;

/** The conditions of `docker network ls`. */
export function networkFilter(text: string): NetworkFilter {
  const [key, value] = splitCondition(text);
  switch (key) {
    case 'name':
    case 'id':
      return { key, pattern: patternOf(value) };
    case 'driver':
    case 'scope':
    case 'type':
      return { key, value };
    case 'dangling':
      return { key, isUnused: truthOf(value) };
    case 'label':
      return labelCondition(value, true);
    default:
      throw new TypeError(
        'expected `name=`, `id=`, `label=`, `driver=`, `dangling=`, `scope=` or `type=` and a value',
      );
  }
}

/** The conditions of `docker network prune`. */
export const networkPruneFilter: (text: string) => NetworkFilter = agedPruneCondition;

/** `table`, `json`, or a template in Go's syntax. */
export function networkFormat(text: string): ListFormat {
  return listFormat(text, networkFields, '{{.Name}}');
}

/** `json`, or a template in Go's syntax; undefined for neither. */
export function networkInspectFormat(text: string): 'json' | Template | undefined {
  return objectFormat(text, networkInspectFields, '{{.Name}}');
}

/** A block of addresses, IPv4 or IPv6. */
export function subnet(text: string): string {
  const [address = '', prefix = '', ...more] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] as number;
  if (more.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits) return text;
  throw new TypeError('expected a block of addresses such as `10.1.0.0/24`');
}

export function ipAddress(text: string): string {
  if (isIP(text) !== 0) return text;
  throw new TypeError('expected an address such as `10.1.0.1`');
}

/** A name and an address. */
export function addressPair(text: string): readonly [name: string, address: string] {
  const [name = '', ...address] = text.split('=');
  if (name !== '' && isIP(address.join('=')) !== 0) return [name, address.join('=')];
  throw new TypeError('expected `name=address`');
}
