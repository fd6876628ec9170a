import { readFileSync } from 'node:fs';
import type { Container } from '../../container/facts.ts';
import type { ContainerRecord, ProjectRecord } from '../supervisor/record/project-record.ts';

/** /etc/hosts, /etc/hostname and /etc/resolv.conf of a container. */
export const etcFiles = (
  project: ProjectRecord,
  container: ContainerRecord,
  hostname: string,
): Container['etc'] => ({
  hosts: hostsFile(project, container, hostname),
  hostname: `${hostname}\n`,
  'resolv.conf': resolverFile(),
});

const LOCAL = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
`;

/** Itself, and whoever shares a network with it, by every name that a service has. */
export const hostsFile = (project: ProjectRecord, container: ContainerRecord, hostname: string): string => {
  const { domainname } = container.definition;
  const own = domainname === undefined ? hostname : `${hostname}.${domainname} ${hostname}`;
  const networks = Object.keys(container.addresses);
  let text = LOCAL;
  for (const address of networks.length > 0 ? Object.values(container.addresses) : ['127.0.1.1'])
    text += `${address}\t${own}\n`;
  return text + linesOn(networks, Object.values(project.containers));
};

// Whoever is on the same networks has the same lines, one about every container there: they are made once for all.
const linesOn = (networks: readonly string[], containers: readonly ContainerRecord[]): string => {
  const addresses = containers.map((container) => container.addresses);
  if (!isSame(made.networks, networks) || !isSame(made.addresses, addresses)) {
    const text = containers
      .map(linesOf)
      .flatMap((lines) => networks.map((network) => lines[network] ?? ''))
      .join('');
    made = { networks, addresses, text };
  }
  return made.text;
};

let made: {
  readonly networks: readonly string[];
  readonly addresses: readonly ContainerRecord['addresses'][];
  readonly text: string;
} = { networks: [], addresses: [], text: '' };

const isSame = <One>(list: readonly One[], other: readonly One[]): boolean =>
  list.length === other.length && list.every((one, index) => one === other[index]);

const linesOf = (container: ContainerRecord): Readonly<Record<string, string>> => {
  const known = knownLines.get(container.addresses);
  if (known) return known;
  const lines = Object.fromEntries(
    Object.entries(container.addresses).map(([network, address]) => [
      network,
      `${address}\t${namesOf(container, network).join(' ')}\n`,
    ]),
  );
  knownLines.set(container.addresses, lines);
  return lines;
};

const knownLines = new WeakMap<ContainerRecord['addresses'], Readonly<Record<string, string>>>();

const namesOf = (
  { name, service, number, oneOff, definition }: ContainerRecord,
  network: string,
): readonly string[] => {
  const names = [
    ...(oneOff ? [] : [service, `${service}-${number}`]),
    name,
    ...(definition.hostname === undefined ? [] : [definition.hostname]),
    ...(definition.hostname !== undefined && definition.domainname !== undefined
      ? [`${definition.hostname}.${definition.domainname}`]
      : []),
    ...(definition.networks[network]?.aliases ?? []),
  ];
  return [...new Set(names)];
};

// Networks have no way out yet, so a server of the host's would only make every unknown name wait for its timeout.
// Without one resolv.conf(5) means 127.0.0.1, which refuses at once.
const resolverFile = (): string => {
  const lines = readHost()
    .split('\n')
    .filter((line) => /^\s*(search|options)\s/.test(line));
  return ['# names of services come from /etc/hosts', ...lines, ''].join('\n');
};

const readHost = (): string => {
  try {
    return readFileSync('/etc/resolv.conf', 'utf8');
  } catch {
    return '';
  }
};
