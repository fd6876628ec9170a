import { parseBlock } from '../../base/ip.ts';
import { addrAdd } from '../../kernel/netlink/addr.ts';
import { groupOf, linkAddBridge, linkSet, macOf } from '../../kernel/netlink/link.ts';
import type { Netlink } from '../../kernel/netlink/message.ts';
import type { Errno } from '../../kernel/program/errno.ts';
import type { NetworkRecord } from '../record/project-record.ts';
import { blocksOf, isIpv6 } from './blocks.ts';
import { driverOptions } from './driver-options.ts';
import { MACHINE } from './machine/paths.ts';

/** A request to the kernel, or a setting below /proc/sys/net/ipv6/conf/ of the bridge. */
export type BridgeStep =
  | { readonly message: Netlink; readonly tolerate?: Errno }
  | { readonly setting: string; readonly value: '0' | '1' };

/** Adds the bridge of a network, without addresses and down. */
export const bridgeAdd = (network: NetworkRecord): Netlink =>
  linkAddBridge({ name: network.bridge, mac: macOf(blocksOf(network)[0]!.gateway) });

/** Makes of it the gateway of the network. `index`: of the bridge, as far as it is known. */
export const bridgeSteps = (
  project: string,
  network: NetworkRecord,
  index?: number,
): readonly BridgeStep[] => {
  const blocks = blocksOf(network);
  const hasIpv6 = blocks.some(isIpv6);
  const { mtu } = driverOptions(network);
  const alias = network.external ? aliasOf(MACHINE, network.name) : aliasOf(project, network.key);
  const link = index ?? network.bridge;
  const device = index ?? (`$${network.bridge}` as const);
  const group = groupOf(index ?? 0);
  return [
    // A host with IP forwarding, for example for Docker, would forward between the networks.
    { message: linkSet(link, { alias, group, ...(mtu === undefined ? {} : { mtu }), forwarding: 'off' }) },
    // With ipv6.disable=1 on the kernel command line there is nothing to switch off.
    { message: linkSet(link, { addrGenMode: 'none' }), tolerate: 'EAFNOSUPPORT' },
    // CVE-2020-13401: the host would take routes from a container that calls itself a router.
    ...(hasIpv6 ? [{ setting: 'accept_ra', value: '0' } as const] : []),
    // Many hosts turn it off for all interfaces that are not told otherwise.
    { setting: 'disable_ipv6', value: hasIpv6 ? '0' : '1' },
    ...blocks.map(({ subnet, gateway }) => ({
      message: addrAdd({ device, address: gateway, prefix: parseBlock(subnet)!.prefix }),
    })),
    ...(hasIpv6 ? [{ message: addrAdd({ device, ...LINK_LOCAL }) }] : []),
    { message: linkSet(link, { up: true }) },
  ];
};

/** Of a bridge, which tells whose it is. */
export const aliasOf = (project: string, key: string): string => `tscompose/${project}/${key}`;

/** Without an address of the link, the bridge could not look for the neighbours that it forwards packets to. */
const LINK_LOCAL = { address: 'fe80::1', prefix: 64 } as const;
