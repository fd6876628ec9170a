import { existsSync } from 'node:fs';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { Network, Project } from '../../../project/model/project.ts';
import type { Context } from '../../context/context.ts';
import { aliasOf } from '../../networks/bridge-steps.ts';
import { driverOptions } from '../../networks/driver-options.ts';

/** Wishes of networks that this machine cannot fulfil. */
export const networkProblems = (
  { route, record }: Pick<Context, 'route' | 'record'>,
  project: Project,
  hasIpv6 = existsSync('/proc/sys/net/ipv6'),
): readonly Diagnostic[] => {
  const used = new Set(Object.values(project.services).flatMap(({ networks }) => Object.keys(networks)));
  return Object.values(project.networks)
    .filter(({ key }) => used.has(key))
    .flatMap((network) => [
      ...(network.ipv6 && !hasIpv6 ? [noIpv6(network)] : []),
      ...takenBridge(route, record.name, network),
    ]);
};

// ipv6.disable=1 on the kernel command line.
const noIpv6 = ({ key }: Network): Diagnostic => ({
  severity: 'error',
  code: 'no-ipv6',
  message: `the network \`${key}\` has IPv6, but this machine has none`,
  from: `networks.${key}.enable_ipv6`,
  help: 'remove `enable_ipv6`, or start the kernel without `ipv6.disable=1`',
});

const takenBridge = (route: Context['route'], project: string, network: Network): readonly Diagnostic[] => {
  const { bridge } = driverOptions(network);
  const link = bridge === undefined ? undefined : route.link(bridge);
  if (!link || link.alias === aliasOf(project, network.key)) return [];
  return [
    {
      severity: 'error',
      code: 'name-in-use',
      message: `the network \`${network.key}\` wants the bridge \`${bridge}\`, but this machine has another interface of that name`,
      from: `networks.${network.key}.driver_opts`,
      help: 'choose another name for the bridge',
    },
  ];
};
