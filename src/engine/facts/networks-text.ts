import { tableAdd } from '../../kernel/netlink/nft/table.ts';
import type { Port } from '../../project/model/project.ts';
import { bridgeAdd, bridgeSteps } from '../networks/bridge-steps.ts';
import { driverOptions } from '../networks/driver-options.ts';
import { isOfOneFamily, type Mapping } from '../networks/filter/mapping.ts';
import { filteredNetworks } from '../networks/filter/of-project.ts';
import { publishing, rulesetMessages, tableOf } from '../networks/filter/ruleset.ts';
import { TABLE_FLAGS } from '../networks/filter/table.ts';
import { wayOut } from '../networks/way-out.ts';
import { publicationOf } from '../ports/publication.ts';
import type { BoundPort, ContainerRecord, NetworkRecord, ProjectRecord } from '../record/project-record.ts';

/**
 * The networks of these containers as requests to the kernel, in the notation of ip(8), sysctl(8) and nft(8): the
 * bridges, the packet filter, and the published ports. Empty if they have no networks.
 */
export const networksText = (
  record: Pick<ProjectRecord, 'name' | 'networks'>,
  containers: readonly ContainerRecord[],
): string => {
  const keys = new Set(containers.flatMap(({ definition }) => Object.keys(definition.networks)));
  const networks = Object.fromEntries(Object.entries(record.networks).filter(([key]) => keys.has(key)));
  if (Object.keys(networks).length === 0) return '';
  const table = tableOf(record.name);
  const opened = { 4: [], 6: [] };
  const rules = rulesetMessages(table, { networks: filteredNetworks({ networks }), mappings: [], opened });
  const parts = [
    ...Object.values(networks).map((network) => ({
      why: `the bridge of network ${network.key}, which is its gateway`,
      lines: [
        `ip ${bridgeAdd(network).text}`,
        ...bridgeSteps(record.name, network).map((step) =>
          'setting' in step
            ? `sysctl -w net.ipv6.conf.${network.bridge}.${step.setting}=${step.value}`
            : `ip ${step.message.text}`,
        ),
      ],
    })),
    {
      why: 'the packet filter of the project, all at once: who reaches whom',
      lines: [tableAdd(table, TABLE_FLAGS), ...rules].map(({ text }) => `nft ${text}`),
    },
    ...containers.map((container) => ({
      why: `the ports of ${container.name}, as long as it runs`,
      lines: publishing(table, mappingsOf(container, networks)).map(({ text }) => `nft ${text}`),
    })),
  ];
  return [
    'Networks, before the first container of each',
    ...parts
      .filter(({ lines }) => lines.length > 0)
      .flatMap(({ why, lines }) => ['', `        # ${why}`, ...lines.map((line) => `        ${line}`)]),
  ].join('\n');
};

/** Those that the file gives a port of the host; for others the kernel chooses one at the start. */
const mappingsOf = (
  container: ContainerRecord,
  networks: Readonly<Record<string, NetworkRecord>>,
): readonly Mapping[] => {
  const network = wayOut(container.definition, networks);
  if (!network) return [];
  const { hostBinding } = driverOptions(network);
  const everywhere = hostBinding === undefined ? ['0.0.0.0', '::'] : [hostBinding];
  const bound = ({ protocol, target, published, hostIp }: Port): readonly BoundPort[] => {
    const hostPort = published?.first ?? 0;
    if (hostPort === 0) return [];
    return (hostIp === undefined ? everywhere : [hostIp]).map((address) => ({
      ...{ protocol, hostIp: address, hostPort, port: target },
    }));
  };
  const ports = container.ports ?? (container.definition.ports ?? []).flatMap(bound);
  return publicationOf({ ...container, ports }, networks).mappings.filter(isOfOneFamily);
};
