import type { Endpoint } from '../../../api/calls/containers.ts';
import { hasProcess } from '../../../base/status.ts';
import type { Context } from '../../context/context.ts';
import { linksOf } from '../../facts/links.ts';
import { sharesOf } from '../../namespaces/shared-namespaces.ts';
import { blocksOf, isIpv4, isIpv6 } from '../../networks/blocks.ts';
import type { ContainerRecord, NetworkBlock, ProjectRecord } from '../../record/project-record.ts';

/** The networks of a container as `inspect` of Docker shows them, by their names on this machine. */
export const endpoints = (
  { record, bridges }: Pick<Context, 'record' | 'bridges'>,
  container: ContainerRecord,
): Readonly<Record<string, Endpoint>> =>
  Object.fromEntries(
    linksOf({ record, bridges }, container).map(({ network: key, mac, addresses }) => {
      const network = record.networks[key]!;
      const isRunning = hasProcess(container.state);
      const partOf = (isOfFamily: (block: NetworkBlock) => boolean) => {
        const found = addresses.find(({ address }) => isOfFamily({ subnet: address, gateway: '' }));
        if (!isRunning || !found) return { address: '', prefix: 0, gateway: '' };
        const gateway = network.internal ? undefined : blocksOf(network).find(isOfFamily)?.gateway;
        return { ...found, gateway: gateway ?? '' };
      };
      const [ipv4, ipv6] = [partOf(isIpv4), partOf(isIpv6)];
      const endpoint: Endpoint = {
        Aliases: container.definition.networks[key]!.aliases,
        MacAddress: isRunning ? mac : '',
        Gateway: ipv4.gateway,
        IPAddress: ipv4.address,
        IPPrefixLen: ipv4.prefix,
        IPv6Gateway: ipv6.gateway,
        GlobalIPv6Address: ipv6.address,
        GlobalIPv6PrefixLen: ipv6.prefix,
      };
      return [network.name, endpoint];
    }),
  );

export const networkMode = (project: ProjectRecord, container: ContainerRecord): string => {
  const share = sharesOf(project, container).find(({ type }) => type === 'network');
  if (share) return `container:${project.containers[share.container]?.id ?? share.container}`;
  const kind = container.definition.namespaces?.network?.kind;
  if (kind === 'host' || kind === 'none') return kind;
  const [first] = Object.keys(container.definition.networks);
  return (first === undefined ? undefined : project.networks[first]?.name) ?? 'none';
};
