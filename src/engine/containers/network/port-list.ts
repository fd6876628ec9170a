import type { ContainerDetails, PortSummary } from '../../../api/calls/containers.ts';
import { hasProcess } from '../../../base/status.ts';
import type { PortProtocol, PortRange } from '../../../project/scalars/network/ports.ts';
import type { ContainerRecord } from '../../record/project-record.ts';

/** The ports of a running container: published ones, and others that it exposes, in the order of their numbers. */
export const portList = (container: ContainerRecord): readonly PortSummary[] => {
  if (!hasProcess(container.state)) return [];
  const published = (container.ports ?? []).map(({ hostIp, hostPort, port, protocol }) => ({
    IP: hostIp,
    PrivatePort: port,
    PublicPort: hostPort,
    Type: protocol,
  }));
  return [...published, ...exposedOnly(container)].toSorted((a, b) => a.PrivatePort - b.PrivatePort);
};

type Exposed = { readonly PrivatePort: number; readonly Type: PortProtocol };

const exposedOnly = ({ definition: { expose = [] }, ports = [] }: ContainerRecord): readonly Exposed[] => {
  const seen = new Set(ports.map(({ port, protocol }) => `${port}/${protocol}`));
  return expose.flatMap(eachOf).filter(({ PrivatePort, Type }) => {
    const key = `${PrivatePort}/${Type}`;
    return !seen.has(key) && seen.add(key);
  });
};

const eachOf = ({ first, last, protocol }: PortRange): readonly Exposed[] =>
  Array.from({ length: last - first + 1 }, (_, index) => ({ PrivatePort: first + index, Type: protocol }));

/** The same as `inspect` has it: `{ "80/tcp": [{ "HostIp": "0.0.0.0", "HostPort": "8080" }], "90/tcp": null }`. */
export const portMap = (container: ContainerRecord): ContainerDetails['NetworkSettings']['Ports'] => {
  const all: Record<string, { HostIp: string; HostPort: string }[] | null> = {};
  for (const { IP, PrivatePort, PublicPort, Type } of portList(container)) {
    const key = `${PrivatePort}/${Type}`;
    const bindings = all[key] ?? [];
    if (IP !== undefined) bindings.push({ HostIp: IP, HostPort: String(PublicPort) });
    all[key] = bindings.length > 0 ? bindings : null;
  }
  return all;
};

/** The wanted ports: `{ "80/tcp": [{ "HostIp": "", "HostPort": "8080" }] }`; no port is the kernel's choice. */
export const portBindings = ({
  definition: { ports = [] },
}: ContainerRecord): ContainerDetails['HostConfig']['PortBindings'] => {
  const all: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const { target, protocol, published, hostIp = '' } of ports) {
    const range = published && [...new Set([published.first, published.last])].join('-');
    const key = `${target}/${protocol}`;
    all[key] = [...(all[key] ?? []), { HostIp: hostIp, HostPort: range ?? '' }];
  }
  return all;
};

/** `{ "80/tcp": {} }`; published ports count as exposed. */
export const exposedPorts = ({
  definition: { ports = [], expose = [] },
}: ContainerRecord): ContainerDetails['Config']['ExposedPorts'] =>
  Object.fromEntries([
    ...ports.map(({ target, protocol }) => [`${target}/${protocol}`, {}]),
    ...expose.flatMap(eachOf).map(({ PrivatePort, Type }) => [`${PrivatePort}/${Type}`, {}]),
  ]);
