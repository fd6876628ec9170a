import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { SocketAddress } from '../../kernel/program/socket-address.ts';

/**
 * The name servers of a file as resolv.conf(5), read again when it was changed or replaced: a VPN changes it at any
 * time, and often it is a link to a file that another program writes.
 */
export const hostServers = (path = '/etc/resolv.conf'): (() => readonly SocketAddress[]) => {
  let known: { readonly version: string; readonly servers: readonly SocketAddress[] } | undefined;
  return () => {
    const version = versionOf(path);
    if (known?.version !== version)
      known = { version, servers: serversOf(version === '' ? '' : textOf(path)) };
    return known.servers;
  };
};

/** The lines `nameserver`. As for resolv.conf(5) there are three at most; without one it is the host itself. */
export const serversOf = (text: string): readonly SocketAddress[] => {
  const addresses = [...text.matchAll(/^nameserver[ \t]+(\S+)/gm)].map(([, address]) => address!);
  const servers = addresses.flatMap((address) => serverOf(address) ?? []).slice(0, 3);
  return servers.length > 0 ? servers : [{ address: '127.0.0.1', port: DNS }];
};

/** Undefined for text that is no address, or that names an interface that is not there. */
export const serverOf = (text: string): SocketAddress | undefined => {
  const [address = '', zone] = text.split('%');
  if (!isIP(address)) return undefined;
  if (zone === undefined) return { address, port: DNS };
  const scope = /^\d+$/.test(zone) ? Number(zone) : scopeOf(zone);
  return scope === undefined ? undefined : { address, port: DNS, scope };
};

const scopeOf = (device: string): number | undefined =>
  networkInterfaces()
    [device]?.flatMap((each) => (each.family === 'IPv6' ? each.scopeid : []))
    .find(Boolean);

const DNS = 53;

/** Empty for what cannot be read, such as a link to itself, and for a pipe, which could be waited for. */
const versionOf = (path: string): string => {
  try {
    const stat = statSync(path, { bigint: true });
    return stat.isFile() ? [stat.dev, stat.ino, stat.size, stat.mtimeNs].join() : '';
  } catch {
    return '';
  }
};

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
