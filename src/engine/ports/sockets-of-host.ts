import { isIPv6 } from 'node:net';
import type { BoundPort } from '../supervisor/record/project-record.ts';

/** A port of the host that is to be published, or is. */
export type HostPort = Pick<BoundPort, 'protocol' | 'hostIp' | 'hostPort'>;

/** Whether two sockets of the host cannot exist at the same time. IPv4 and IPv6 are apart. */
export const doCollide = (one: HostPort, other: HostPort): boolean =>
  one.protocol === other.protocol &&
  one.hostPort === other.hostPort &&
  isIPv6(one.hostIp) === isIPv6(other.hostIp) &&
  (one.hostIp === other.hostIp || isAny(one.hostIp) || isAny(other.hostIp));

const isAny = (address: string): boolean => address === '0.0.0.0' || /^[0:]+$/.test(address);

/** `8080/tcp`, `127.0.0.1:8080/tcp`, `[::1]:8080/tcp`. */
export const textOf = ({ protocol, hostIp, hostPort }: HostPort): string => {
  if (isAny(hostIp)) return `${hostPort}/${protocol}`;
  return `${isIPv6(hostIp) ? `[${hostIp}]` : hostIp}:${hostPort}/${protocol}`;
};
