import { encloses, holds, parseBlock, parseIp } from '../../base/ip.ts';
import { latest } from '../../base/lazy.ts';
import type { Link } from '../../container/facts.ts';
import { macOf, type PortChanges } from '../../kernel/netlink/link.ts';
import type { Service } from '../../project/model/project.ts';
import { INTERFACE } from '../../project/scalars/network/endpoint-options.ts';
import type { Context } from '../context/context.ts';
import { interfaceName } from '../context/identifiers.ts';
import { addressesOn } from '../networks/addresses.ts';
import { blocksOf, isIpv4, isIpv6 } from '../networks/blocks.ts';
import { driverOptions } from '../networks/driver-options.ts';
import { wayOut } from '../networks/way-out.ts';
import type { ContainerRecord, NetworkBlock, NetworkRecord } from '../record/project-record.ts';

/**
 * The interfaces of a container, `eth0` first. `occasion` tells the host's ends of veth pairs apart: one of an earlier
 * occasion may still exist, because the kernel removes network namespaces asynchronously.
 */
export const linksOf = (
  { record, bridges }: Pick<Context, 'record' | 'bridges'>,
  container: ContainerRecord,
  occasion: string | number = container.startedAt ?? 0,
): readonly Link[] => {
  const attached = attachmentsOf(record.networks, container);
  const names = namesOf(attached);
  const ways = [isIpv4, isIpv6].map((isOfFamily) => {
    const blockOfFamily = ({ blocks }: Attached) => blocks.find(({ block }) => isOfFamily(block))?.block;
    const found = new Map(attached.map((each) => [each.network, blockOfFamily(each)]));
    const network = wayOut(container.definition, record.networks, (one) => found.get(one) !== undefined);
    return network && { network, gateway: found.get(network)!.gateway };
  });
  return attached.map(({ network, attachment, blocks }, index): Link => {
    const { macAddress = index === 0 ? container.definition.macAddress : undefined } = attachment;
    const [first] = blocks;
    const { mtu } = driverOptions(network);
    const addresses = blocks.map(({ address, block }) => ({
      address,
      prefix: blockIn(block.subnet).prefix,
    }));
    return {
      network: network.key,
      hostName: interfaceName(`${container.id}/${network.key}/${occasion}`),
      name: names[index]!,
      bridge: bridges.get(network.key) ?? 0,
      addresses,
      routes: furtherBlocks(network, blocks),
      gateways: ways.flatMap((way) => (way?.network === network ? [way.gateway] : [])),
      // Others on the network know the successor of a container by what they remember of it.
      mac: macAddress ?? macOf(first?.address ?? '0.0.0.0'),
      ...(mtu === undefined ? {} : { mtu }),
      ...(attachment.sysctls && { settings: settingsOf(names[index]!, attachment.sysctls) }),
      port: portOf(network, container.definition),
    };
  });
};

/** Those that the file gives, and `eth0` and so on in the order of the others. */
const namesOf = (attached: readonly Attached[]): readonly string[] => {
  const written = new Set(attached.map(({ attachment }) => attachment.interfaceName));
  const free = attached.map((_, index) => `eth${index}`).filter((name) => !written.has(name));
  return attached.map(({ attachment }) => attachment.interfaceName ?? free.shift()!);
};

// The name of an interface may have dots.
const settingsOf = (name: string, sysctls: Readonly<Record<string, string>>): NonNullable<Link['settings']> =>
  Object.fromEntries(
    Object.entries(sysctls).map(([key, value]) => [
      key.replaceAll('.', '/').replace(`/${INTERFACE}/`, () => `/${name}/`),
      value,
    ]),
  );

/** A network of a container, with the blocks that its addresses are in. */
type Attached = {
  readonly network: NetworkRecord;
  readonly attachment: ContainerRecord['definition']['networks'][string];
  readonly blocks: readonly { readonly address: string; readonly block: NetworkBlock }[];
};

const attachmentsOf = (
  networks: Readonly<Record<string, NetworkRecord>>,
  container: ContainerRecord,
): readonly Attached[] =>
  Object.entries(container.definition.networks).map(([key, attachment]) => {
    const network = networks[key]!;
    const blocks = Object.values(addressesOn(container, key)).map((address: string) => ({
      address,
      block: blockOf(network, address),
    }));
    return { network, attachment, blocks };
  });

/** Most containers of a start are on one network. */
const blockIn = latest((subnet: string) => parseBlock(subnet)!);

const blockOf = (network: NetworkRecord, address: string): NetworkBlock =>
  blocksOf(network).find(({ subnet }) => holds(blockIn(subnet), parseIp(address)!)) ??
  blocksOf(network).find(({ subnet }) => subnet.includes(':') === address.includes(':'))!;

/** Others on a network may have addresses of another of its blocks. */
const furtherBlocks = (network: NetworkRecord, blocks: Attached['blocks']): readonly string[] =>
  blocksOf(network)
    .map(({ subnet }) => subnet)
    .filter((subnet) =>
      blocks.some(
        ({ block }) =>
          block.subnet !== subnet &&
          block.subnet.includes(':') === subnet.includes(':') &&
          !encloses(parseBlock(block.subnet)!, parseBlock(subnet)!),
      ),
    );

const portOf = (network: NetworkRecord, { ports = [] }: Service): PortChanges => ({
  // A container reaches its own published port through the bridge, and back through the same port of it.
  ...(ports.length > 0 ? { hairpin: true } : {}),
  ...(driverOptions(network).icc ? {} : { isolated: true }),
});
