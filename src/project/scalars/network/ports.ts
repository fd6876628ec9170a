import { isIPv6 } from 'node:net';
import { didYouMean } from '../../../base/text/typo.ts';
import { flaw, type Parsed } from '../flaw.ts';
import { readIp } from './addresses.ts';

/** One published port in the key names of the long form; a range on the host offers a choice. */
export type PublishedPort = {
  readonly host_ip?: string;
  readonly target: number;
  readonly published?: string;
  readonly protocol: string;
};

/** The ports of a short form: one port, or all ports of a range. */
export type PublishedPorts = { readonly count: number; readonly each: () => PublishedPort[] };

export type PortProtocol = 'tcp' | 'udp' | 'sctp';

export type PortRange = { readonly protocol: PortProtocol } & Range;

type Range = { readonly first: number; readonly last: number };

export const protocols: readonly PortProtocol[] = ['tcp', 'udp', 'sctp'];
const example = 'write for example `8080:80` or `127.0.0.1:8080:80/udp`';

/** `[[ip:]host[-host]:]container[-container][/protocol]`; ranges of one length are published in pairs. */
export function readPorts(value: number | string): Parsed<PublishedPorts> {
  const [text, protocol = 'tcp', ...rest] = String(value).split('/') as [string, ...string[]];
  if (rest.length > 0) return flaw('be a port', 'there are too many slashes', example);
  const proto = readProtocol(protocol);
  if ('flaw' in proto) return proto;
  const address = addressOf(text);
  if ('flaw' in address) return address;
  const { ip, ports } = address.value;
  if (ports.length > 2) return flaw('be a port', 'there are too many colons', example);
  const [container, host] = ports.toReversed() as [string, string?];
  const targets = readRange(container);
  if ('flaw' in targets) return targets;
  const shared = { ...(ip !== undefined && { host_ip: ip }), protocol: proto.value };
  if (host === undefined || host === '')
    return { value: eachOf(targets.value, (target) => ({ ...shared, target })) };
  const published = readRange(host, 0);
  if ('flaw' in published) return published;
  return pairs(targets.value, published.value, shared);
}

function pairs(targets: Range, published: Range, shared: { host_ip?: string; protocol: string }) {
  if (length(targets) === 1 && length(published) > 1) {
    const choice = `${published.first}-${published.last}`;
    return { value: eachOf(targets, (target) => ({ ...shared, target, published: choice })) };
  }
  if (length(targets) !== length(published))
    return flaw(
      'have two ranges of the same length',
      `these are ${length(published)} and ${length(targets)} ports`,
      'make both ranges the same length',
    );
  const distance = published.first - targets.first;
  return {
    value: eachOf(targets, (target) => ({ ...shared, target, published: String(target + distance) })),
  };
}

/** A port that other services may use: `80`, `8000-8010/udp`. */
export function readExposed(value: number | string): Parsed<string> {
  const range = readExposedRange(value);
  return 'flaw' in range ? range : { value: String(value) };
}

export function readExposedRange(value: number | string): Parsed<PortRange> {
  const [text, protocol = 'tcp', ...rest] = String(value).split('/') as [string, ...string[]];
  if (rest.length > 0)
    return flaw('be a port', 'there are too many slashes', 'write for example `80` or `53/udp`');
  const proto = readProtocol(protocol);
  const range = readRange(text, 1, 'write for example `80` or `53/udp`');
  if ('flaw' in proto) return proto;
  return 'flaw' in range ? range : { value: { protocol: proto.value, ...range.value } };
}

/** The host's port of the long form: one, or a range to choose from; nothing and 0 leave it to the kernel. */
export function readPublished(value: number | string): Parsed<Range> {
  return value === '' ? { value: { first: 0, last: 0 } } : readRange(String(value), 0);
}

/** A port of the container in the long form. */
export function readTarget(value: number | string): Parsed<number> {
  const range = readRange(String(value));
  if ('flaw' in range) return range;
  if (range.value.first !== range.value.last)
    return flaw('be one port', 'this is a range', 'use the short form for several ports');
  return { value: range.value.first };
}

export function readProtocol(text: string): Parsed<PortProtocol> {
  const name = text.toLowerCase();
  const known = protocols.find((protocol) => protocol === name);
  if (known) return { value: known };
  const near = didYouMean(name, protocols);
  return flaw(
    'have the protocol tcp, udp or sctp',
    `there is no protocol \`${text}\``,
    near ? `did you mean \`${near}\`?` : undefined,
  );
}

/** Takes the address from the front; only in brackets are its colons its own. */
function addressOf(text: string): Parsed<{ ip?: string; ports: string[] }> {
  const bracketed = /^\[([^\]]*)\]:(.*)$/.exec(text);
  const parts = (bracketed ? bracketed[2]! : text).split(':');
  if (!bracketed && parts.length > 3) {
    // All but the last two parts of an IPv6 address that is not in brackets.
    const address = parts.slice(0, -2).join(':');
    return isIPv6(address)
      ? { value: { ip: address, ports: parts.slice(-2) } }
      : flaw('be a port', 'there are too many colons', 'put an IPv6 address in brackets: `[::1]:80:80`');
  }
  const ip = bracketed ? bracketed[1] : parts.length === 3 ? parts.shift() : undefined;
  if (ip === undefined || ip === '') return { value: { ports: parts } };
  const parsed = readIp(ip);
  return 'flaw' in parsed ? parsed : { value: { ip, ports: parts } };
}

function readRange(text: string, least = 1, help = example): Parsed<Range> {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (!match) return flaw('be a port', text === '' ? 'the port is missing' : `\`${text}\` is not one`, help);
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  if (Math.max(first, last) > 65_535) return flaw('be a port', 'the highest port is 65535');
  if (Math.min(first, last) < least) return flaw('be a port', 'the lowest port is 1');
  if (last < first)
    return flaw('have ascending ranges', `\`${text}\` is descending`, `write \`${last}-${first}\``);
  return { value: { first, last } };
}

function eachOf(range: Range, port: (target: number) => PublishedPort): PublishedPorts {
  const count = length(range);
  return { count, each: () => Array.from({ length: count }, (_, index) => port(range.first + index)) };
}

function length({ first, last }: Range): number {
  return last - first + 1;
}
