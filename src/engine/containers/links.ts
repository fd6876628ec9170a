import { parseSubnet } from '../../base/ipv4.ts';
import type { Link } from '../../container/facts.ts';
import type { Context } from '../supervisor/context.ts';
import { interfaceName } from '../supervisor/names.ts';
import type { ContainerRecord } from '../supervisor/record/project-record.ts';

/**
 * The interfaces of a container, `eth0` first. `occasion` tells the host's ends of veth pairs apart: one of an earlier
 * occasion may still exist, because the kernel removes network namespaces asynchronously.
 */
export const linksOf = (
  { record, bridges }: Pick<Context, 'record' | 'bridges'>,
  container: ContainerRecord,
  occasion: string | number = container.startedAt ?? 0,
): readonly Link[] =>
  Object.keys(container.definition.networks).map((key, index): Link => {
    const network = record.networks[key]!;
    const { prefix } = parseSubnet(network.subnet)!;
    return {
      network: key,
      hostName: interfaceName(`${container.id}/${key}/${occasion}`),
      name: `eth${index}`,
      bridge: bridges.get(key) ?? 0,
      address: container.addresses[key]!,
      prefix,
      ...(index === 0 ? { gateway: network.gateway } : {}),
    };
  });
