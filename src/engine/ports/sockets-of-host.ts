import { isIPv6 } from 'node:net';
import type { BoundPort } from '../record/project-record.ts';

/** A port of the host that is to be published, or is. */
export type HostPort = Pick<BoundPort, 'protocol' | 'hostIp' | 'hostPort'>;

/** Whether two sockets of the host cannot exist at the same time. IPv4 and IPv6 are apart. */
export const doCollide = (one: HostPort, other: HostPort): boolean =>
  one.protocol === other.protocol &&
  one.hostPort === other.hostPort &&
  isIPv6(one.hostIp) === isIPv6(other.hostIp) &&
  (one.hostIp === other.hostIp || isAny(one.hostIp) || isAny(other.hostIp));

/** Holders of ports of the host, found by a socket that cannot exist beside theirs. */
export type PortHolders<Holder> = {
  readonly add: (socket: HostPort, holder: Holder) => void;
  readonly remove: (socket: HostPort, holder: Holder) => void;
  /** Those of colliding sockets, in the order in which they were added. */
  readonly of: (socket: HostPort) => readonly Holder[];
};

/** A project may have thousands of ports, so only sockets with the same number are compared. */
export const portHolders = <Holder>(): PortHolders<Holder> => {
  const held = new Map<number, { readonly socket: HostPort; readonly holder: Holder }[]>();
  return {
    add: (socket, holder) => {
      const same = held.get(socket.hostPort);
      if (same) same.push({ socket, holder });
      else held.set(socket.hostPort, [{ socket, holder }]);
    },
    remove: (socket, holder) => {
      const same = held.get(socket.hostPort) ?? [];
      const rest = same.filter((one) => one.holder !== holder || !doCollide(one.socket, socket));
      if (rest.length > 0) held.set(socket.hostPort, rest);
      else held.delete(socket.hostPort);
    },
    of: (socket) =>
      (held.get(socket.hostPort) ?? [])
        .filter((one) => doCollide(one.socket, socket))
        .map(({ holder }) => holder),
  };
};

const isAny = (address: string): boolean => address === '0.0.0.0' || /^[0:]+$/.test(address);

/** `8080/tcp`, `127.0.0.1:8080/tcp`, `[::1]:8080/tcp`. */
export const textOf = ({ protocol, hostIp, hostPort }: HostPort): string => {
  if (isAny(hostIp)) return `${hostPort}/${protocol}`;
  return `${isIPv6(hostIp) ? `[${hostIp}]` : hostIp}:${hostPort}/${protocol}`;
};
