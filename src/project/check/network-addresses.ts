import type { Diagnostic } from '../../base/diagnostic.ts';
import {
  broadcastOf,
  contains,
  formatAddress,
  formatSubnet,
  networkOf,
  overlaps,
  parseAddress,
  parseSubnet,
  type Subnet,
} from '../../base/ipv4.ts';
import { didYouMean } from '../../base/typo.ts';
import { firstBlock } from '../scalars/subnet.ts';
import { type Check, type Checked, duplicates, error } from './checked.ts';

/** Every network that a service joins is declared. */
export const networkReferences: Check = ({ canonical, at, atKey, isBroken }) => {
  const known = Object.keys(canonical.networks ?? {});
  return Object.entries(canonical.services).flatMap(([name, service]) =>
    Object.keys(service.networks ?? {}).flatMap((network) => {
      if (known.includes(network) || isBroken('networks', network)) return [];
      const near = didYouMean(network, known);
      const help = near ? `did you mean \`${near}\`?` : `declare it: \`networks: { ${network}: {} }\``;
      const place = service.networks?.[network]
        ? atKey('services', name, 'networks', network)
        : at('services', name, 'networks', network);
      return [
        error('unknown-network', `there is no network \`${network}\``, place, {
          label: `${name} joins it`,
          help,
        }),
      ];
    }),
  );
};

/** No two networks have one name. */
export const networkNames: Check = ({ canonical, at }) =>
  duplicates(
    Object.entries(canonical.networks ?? {}).map(([key, { name }]) => ({
      key,
      name: name ?? `${canonical.name}_${key}`,
      isGiven: name !== undefined && name !== `${canonical.name}_${key}`,
    })),
  ).map(({ key, name, owner }) => {
    const labels = [{ at: at('networks', owner, 'name'), text: `used by ${owner}` }];
    return error('duplicate-name', `two networks have the name \`${name}\``, at('networks', key, 'name'), {
      label: `used again by ${key}`,
      labels,
    });
  });

/** A gateway is an address of its network that a host can have. */
export const gateways: Check = (project) =>
  blocks(project).flatMap(({ key, index, subnet, gateway }) => {
    const place = project.at('networks', key, 'ipam', 'config', index, 'gateway');
    if (gateway === undefined || project.isBroken('networks', key)) return [];
    if (!subnet) {
      return [
        error('missing-key', `the network \`${key}\` has a gateway but no subnet`, place, {
          help: 'add `subnet:`',
        }),
      ];
    }
    const address = parseAddress(gateway);
    const isHost =
      address !== undefined &&
      contains(subnet, address) &&
      address !== networkOf(subnet).address &&
      address !== broadcastOf(subnet);
    if (isHost) return [];
    const first = formatAddress(networkOf(subnet).address + 1);
    const last = formatAddress(broadcastOf(subnet) - 1);
    const message = `the gateway of \`${key}\` must be an address of ${formatSubnet(subnet)}`;
    return [error('invalid-value', message, place, { label: `expected ${first} to ${last}` })];
  });

/** Networks of the project do not overlap, for their routes would contradict each other. */
export const overlappingSubnets: Check = (project) => {
  const all = blocks(project).filter(
    (block): block is Block & { subnet: Subnet } => block.subnet !== undefined,
  );
  return all.flatMap((block, index) => {
    const other = all.slice(0, index).find((earlier) => overlaps(earlier.subnet, block.subnet));
    return other ? [overlap(project, block, other)] : [];
  });
};

/** One block of IPv4 addresses per network, for now. */
export const furtherBlocks: Check = ({ canonical, at }) =>
  Object.entries(canonical.networks ?? {}).flatMap(([key, { ipam }]) => {
    const all = ipam?.config ?? [];
    return all.flatMap((block, index): Diagnostic[] => {
      if (block === firstBlock(all)) return [];
      const what = block.subnet?.includes(':') ? 'a block of IPv6 addresses' : 'a second block of addresses';
      const place = at('networks', key, 'ipam', 'config', index);
      const message = `${what} is not supported yet`;
      return [{ severity: 'warning', code: 'unsupported-key', message, at: place, label: 'ignored' }];
    });
  });

type Block = {
  readonly key: string;
  readonly index: number;
  readonly subnet: Subnet | undefined;
  readonly gateway: string | undefined;
};

function blocks({ canonical }: Checked): Block[] {
  return Object.entries(canonical.networks ?? {}).map(([key, { ipam }]) => {
    const block = firstBlock(ipam?.config);
    const index = block ? ipam!.config!.indexOf(block) : 0;
    const subnet = block?.subnet ? parseSubnet(block.subnet) : undefined;
    return { key, index, subnet, gateway: block?.gateway || undefined };
  });
}

function overlap(
  { at }: Checked,
  block: Block & { subnet: Subnet },
  other: Block & { subnet: Subnet },
): Diagnostic {
  const placeOf = ({ key, index }: Block) => at('networks', key, 'ipam', 'config', index, 'subnet');
  const message = `the subnets of \`${other.key}\` and \`${block.key}\` overlap`;
  const labels = [{ at: placeOf(other), text: `subnet of ${other.key}` }];
  const help = 'use another subnet for one of them, or remove `subnet` to get a free one';
  return error('subnet-overlap', message, placeOf(block), {
    label: `subnet of ${block.key}`,
    labels,
    help,
  });
}
