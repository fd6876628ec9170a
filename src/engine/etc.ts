import { readFileSync } from 'node:fs';
import type { Container } from '../container/facts.ts';
import type { ContainerRecord, ProjectRecord } from './state.ts';

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
  for (const other of Object.values(project.containers)) {
    const lines = linesOf(other);
    for (const network of networks) text += lines[network] ?? '';
  }
  return text;
};

// Every container's file has a line about every other one, so each line is made once for all of them.
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
