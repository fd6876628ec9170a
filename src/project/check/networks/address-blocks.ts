import type { Place } from '../../../base/diagnostic.ts';
import { type Block, baseOf, formatBlock, formatIp, parseBlock } from '../../../base/ip.ts';
import type { CanonicalBlock, CanonicalNetwork } from '../../model/canonical.ts';
import type { Checked } from '../checked.ts';

/** An entry of `ipam.config` of a network that the project makes. */
export type WrittenBlock = {
  readonly network: string;
  readonly definition: CanonicalBlock;
  readonly subnet: Block | undefined;
  /** Whether containers get addresses from it: one of IPv6 is only used where IPv6 is on. */
  readonly isUsed: boolean;
  /** The place of a key of it. */
  readonly at: (key: keyof CanonicalBlock, ...more: readonly string[]) => Place;
};

export function blocksOf(project: Checked): WrittenBlock[] {
  return Object.entries(project.canonical.networks ?? {}).flatMap(([network, definition]) =>
    blocksOfNetwork(project, network, definition),
  );
}

export function blocksOfNetwork(
  { at, isBroken }: Checked,
  network: string,
  { ipam, external, enable_ipv4: ipv4 = true, enable_ipv6: ipv6 = false }: CanonicalNetwork,
): WrittenBlock[] {
  if (external || isBroken('networks', network)) return [];
  return (ipam?.config ?? []).map((definition, index) => {
    const subnet = definition.subnet ? parseBlock(definition.subnet) : undefined;
    return {
      network,
      definition,
      subnet: subnet && baseOf(subnet),
      isUsed: subnet?.bits === 128 ? ipv6 : ipv4,
      at: (...path) => at('networks', network, 'ipam', 'config', index, ...path),
    };
  });
}

/** The address of the bridge: the first one behind that of the network unless it is written. */
export function gatewayOf({ definition, subnet }: WrittenBlock): string | undefined {
  if (definition.gateway) return definition.gateway;
  return subnet && formatIp({ ...subnet, value: subnet.value + (subnet.prefix === subnet.bits ? 0n : 1n) });
}

/** `10.0.0.1 to 10.0.0.254`. */
export function hostsOf(subnet: Block): string {
  const base = baseOf(subnet);
  const size = 1n << BigInt(subnet.bits - subnet.prefix);
  if (size <= 2n) return formatBlock(base);
  const last = base.value + size - (subnet.bits === 32 ? 2n : 1n);
  return `${formatIp({ ...base, value: base.value + 1n })} to ${formatIp({ ...base, value: last })}`;
}
