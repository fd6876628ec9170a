import type { ListedNetwork } from '../../engine/doors/machine-networks.ts';
import type { ListFormat } from '../grammar/list-values.ts';
import { table } from './table.ts';
import { templated } from './templated.ts';

/** The keys of `networkRow`. */
export const networkFields = [
  ...['CreatedAt', 'Driver', 'ID', 'IPv4', 'IPv6', 'Internal', 'Labels', 'Name', 'Scope'],
] as const;

/** The lines of `network ls`; columns and keys are those of Docker. */
export function networkLines(
  networks: readonly ListedNetwork[],
  format: ListFormat,
  isShort: boolean,
): readonly string[] {
  const rows = networks.map((network) => networkRow(network, isShort));
  if (format === 'json') return rows.map((row) => JSON.stringify(row));
  if (format === 'table')
    return table(
      ['NETWORK ID', 'NAME', 'DRIVER', 'SCOPE'],
      rows.map(({ ID, Name, Driver, Scope }) => [ID, Name, Driver, Scope]),
    );
  return templated(rows, format);
}

/** The labels of a network, with those that Docker Compose gives the networks of projects. */
export function networkLabels({ labels, project, key }: ListedNetwork): Readonly<Record<string, string>> {
  return {
    ...labels,
    ...(project !== undefined && { 'com.docker.compose.project': project }),
    ...(key !== undefined && { 'com.docker.compose.network': key }),
  };
}

/** Twelve digits, or all. */
export const shownId = (id: string, isShort: boolean): string => (isShort ? id.slice(0, 12) : id);

function networkRow(network: ListedNetwork, isShort: boolean) {
  return {
    CreatedAt: new Date(network.created).toISOString(),
    Driver: 'bridge',
    ID: shownId(network.id, isShort),
    IPv4: String(network.blocks.some(({ subnet }) => !subnet.includes(':'))),
    IPv6: String(network.blocks.some(({ subnet }) => subnet.includes(':'))),
    Internal: String(network.isInternal),
    Labels: Object.entries(networkLabels(network))
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
    Name: network.name,
    Scope: 'local',
  };
}
