import type { NetworkCreateOptions } from '../commands/network-create.ts';
import type { Invocation } from '../grammar/command.ts';
import { called, tellPlanned } from '../requests/dry-run.ts';

/** Prints the ID of the network, as Docker does. */
export const networkCreate = async ({
  context,
  options: { subnet, gateway, ipRange, auxAddress, internal, ipv6, label, opt },
  operands: [name],
}: Invocation<NetworkCreateOptions>): Promise<number> => {
  const { createNetwork } = await import('../../engine/doors/machine-networks.ts');
  const { id } = await createNetwork(
    {
      name: name as string,
      subnets: subnet,
      gateways: gateway,
      ranges: ipRange,
      auxiliary: Object.fromEntries(auxAddress),
      isInternal: internal ?? false,
      hasIpv6: ipv6 ?? false,
      labels: Object.fromEntries(label),
      options: Object.fromEntries(opt),
    },
    context.dryRun,
  );
  tellPlanned(context, 'Created', called('Network', [name as string]));
  process.stdout.write(`${id}\n`);
  return 0;
};
