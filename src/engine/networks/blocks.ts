import type { NetworkBlock, NetworkRecord } from '../record/project-record.ts';

/** The blocks of addresses of a network; a record of an earlier version has its IPv4 block only. */
export const blocksOf = ({ blocks, subnet, gateway }: NetworkRecord): readonly NetworkBlock[] =>
  blocks ?? [{ subnet, gateway }];

export const isIpv6 = ({ subnet }: NetworkBlock): boolean => subnet.includes(':');
export const isIpv4 = (block: NetworkBlock): boolean => !isIpv6(block);
