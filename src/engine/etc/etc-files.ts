import { readFileSync } from 'node:fs';
import type { Container } from '../../container/facts.ts';
import { NAME_SERVER } from '../../container/resolver.ts';
import { hostnameOf } from '../context/identifiers.ts';
import { sharesOf } from '../namespaces/shared-namespaces.ts';
import type { ContainerRecord, ProjectRecord } from '../record/project-record.ts';

/** /etc/hosts, /etc/hostname and /etc/resolv.conf of a container. */
export const etcFiles = (
  container: ContainerRecord,
  project: Pick<ProjectRecord, 'networks'>,
  hasServer: boolean,
): Container['etc'] => ({
  hosts: hostsFile(container, project.networks),
  hostname: `${hostnameOf(container)}\n`,
  'resolv.conf': resolverFile(container, hasServer),
});

/** Whether a container has a name server, of its own or of the container whose network namespace it shares. */
export const hasResolver = (project: ProjectRecord, container: ContainerRecord): boolean => {
  const kind = container.definition.namespaces?.network?.kind;
  if (kind !== 'service' && kind !== 'container')
    return Object.keys(container.definition.networks).length > 0;
  const share = sharesOf(project, container).find(({ type }) => type === 'network');
  const holder = share && project.containers[share.container];
  return holder === undefined || hasResolver(project, holder);
};

const LOCAL = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
`;

/** The names of the container itself, and the lines of `extra_hosts`. Names of others come from its name server. */
export const hostsFile = (container: ContainerRecord, networks: ProjectRecord['networks']): string => {
  const { domainname, extraHosts = [] } = container.definition;
  const hostname = hostnameOf(container);
  const own = domainname === undefined ? hostname : `${hostname}.${domainname} ${hostname}`;
  const addresses = [container.addresses, container.addresses6 ?? {}].flatMap(Object.values<string>);
  const gateway = gatewayOf(container, networks);
  const lines = [
    ...(addresses.length > 0 ? addresses : ['127.0.1.1']).map((address) => [address, own]),
    ...extraHosts.flatMap(({ host, addresses: all }) =>
      all.map((address) => [address === 'host-gateway' ? gateway : address, host]),
    ),
  ];
  return LOCAL + lines.map((line) => `${line.join('\t')}\n`).join('');
};

/** The host's address on the container's first network; the same machine, if it has none. */
const gatewayOf = ({ definition }: ContainerRecord, networks: ProjectRecord['networks']): string => {
  const [first] = Object.keys(definition.networks);
  const network = first === undefined ? undefined : networks[first];
  return network?.gateway || network?.gateway6 || '127.0.0.1';
};

// As Docker: a name without a dot is asked for as it is first, because services have such names.
const resolverFile = ({ definition }: ContainerRecord, hasServer: boolean): string => {
  const host = readHost();
  const { dns = [], dnsSearch = [], dnsOptions = [] } = definition;
  const search =
    dnsSearch.length > 0 ? dnsSearch.filter((domain) => domain !== '.') : wordsOf(host, 'search');
  const options = dnsOptions.length > 0 ? dnsOptions : wordsOf(host, 'options');
  const hasDots = options.some((option) => option.startsWith('ndots:'));
  const servers = hasServer ? [NAME_SERVER] : dns.length > 0 ? dns : wordsOf(host, 'nameserver');
  const lines = [
    ...servers.map((server) => ['nameserver', server]),
    ['search', ...search],
    ['options', ...options, ...(hasServer && !hasDots ? ['ndots:0'] : [])],
  ];
  return lines
    .filter(({ length }) => length > 1)
    .map((line) => `${line.join(' ')}\n`)
    .join('');
};

/** The words of all lines with a keyword of resolv.conf(5); of several lines `search` the last one counts. */
const wordsOf = (text: string, keyword: string): readonly string[] => {
  const lines = text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([first]) => first === keyword)
    .map(([, ...words]) => words);
  return keyword === 'search' ? (lines.at(-1) ?? []) : lines.flat();
};

const readHost = (): string => {
  try {
    return readFileSync('/etc/resolv.conf', 'utf8');
  } catch {
    return '';
  }
};
