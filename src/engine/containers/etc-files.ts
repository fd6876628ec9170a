import { readFileSync } from 'node:fs';
import type { Container } from '../../container/facts.ts';
import { hostnameOf } from '../supervisor/names.ts';
import type { ContainerRecord } from '../supervisor/record/project-record.ts';

/** /etc/hosts, /etc/hostname and /etc/resolv.conf of a container; `lines` are those of others on its networks. */
export const etcFiles = (container: ContainerRecord, lines: string): Container['etc'] => ({
  hosts: hostsFile(container, lines),
  hostname: `${hostnameOf(container)}\n`,
  'resolv.conf': resolverFile(),
});

const LOCAL = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
`;

/** The container itself and all others on its networks, by every name of their services. */
export const hostsFile = (container: ContainerRecord, lines: string): string => {
  const { domainname } = container.definition;
  const hostname = hostnameOf(container);
  const own = domainname === undefined ? hostname : `${hostname}.${domainname} ${hostname}`;
  const addresses = Object.values(container.addresses);
  let text = LOCAL;
  for (const address of addresses.length > 0 ? addresses : ['127.0.1.1']) text += `${address}\t${own}\n`;
  return text + lines;
};

// Networks have no route to the outside yet, so a name server of the host would only make unknown names time out.
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
