import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Block, parseBlock } from '../../base/ip.ts';
import type { Network } from '../../project/model/project.ts';

/** The differences between IPv4 and IPv6 where blocks of addresses are chosen. */
export type Family = {
  readonly name: 'IPv4' | 'IPv6';
  readonly bits: 32 | 128;
  /** The blocks that subnets are chosen from. */
  readonly pools: (site: string) => readonly Block[];
  /** The length of the prefix of a chosen subnet. */
  readonly prefix: number;
  /** Routes with a shorter prefix are default routes of VPNs, such as 0.0.0.0/1. */
  readonly shortestRoute: number;
};

/** RFC 1918. A bridge has at most 1023 ports, so 4093 addresses are enough for each network. */
const PRIVATE = ['172.16.0.0/12', '10.0.0.0/8', '192.168.0.0/16'].map((text) => parseBlock(text)!);

const IPV4: Family = { name: 'IPv4', bits: 32, pools: () => PRIVATE, prefix: 20, shortestRoute: 8 };

const IPV6: Family = {
  name: 'IPv6',
  bits: 128,
  pools: (site) => [uniqueLocal(site)],
  prefix: 64,
  shortestRoute: 7,
};

export const familyOf = (bits: 32 | 128): Family => (bits === 32 ? IPV4 : IPV6);

/** The families in which containers have addresses on a network. */
export const familiesOf = ({ ipv4, ipv6 }: Pick<Network, 'ipv4' | 'ipv6'>): readonly Family[] => [
  ...(ipv4 === false ? [] : [IPV4]),
  ...(ipv6 ? [IPV6] : []),
];

/** RFC 4193: `fd`, then 40 bits that are the same for all networks of a site and most likely those of no other. */
const uniqueLocal = (site: string): Block => {
  const id = createHash('sha256').update(`tscompose/${site}`).digest().subarray(0, 5).toString('hex');
  return parseBlock(`fd${id.slice(0, 2)}:${id.slice(2, 6)}:${id.slice(6)}::/48`)!;
};

/** machine-id(5); the hash of it may be seen on the network. Empty on a machine without one. */
export const readSite = (): string => {
  try {
    return readFileSync('/etc/machine-id', 'latin1').trim();
  } catch {
    return '';
  }
};
