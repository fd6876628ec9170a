import { isIPv6 } from 'node:net';
import type { CanonicalPort } from '../../model/canonical.ts';
import { isLoopback } from '../../scalars/network/addresses.ts';
import { quote } from '../../tree/wording.ts';
import { type Check, error } from '../checked.ts';

type Published = { readonly service: string; readonly index: number; readonly port: CanonicalPort };

/** No port of the host is published twice by services that run together. */
export const publishedPorts: Check = ({ canonical, at }) => {
  const taken = new Map<string, Published[]>();
  return Object.entries(canonical.services).flatMap(([service, { ports = [] }]) =>
    ports.flatMap((port, index) => {
      if (!isOnePort(port)) return [];
      const key = `${port.published}/${port.protocol}`;
      const others = taken.get(key) ?? [];
      taken.set(key, [...others, { service, index, port }]);
      const other = others.find((one) => haveAddressInCommon(one.port, port));
      if (!other) return [];
      const label = `${service} publishes its port ${port.target} here`;
      const text = `${other.service} publishes its port ${other.port.target} there`;
      const labels = [{ at: at('services', other.service, 'ports', other.index), text }];
      const help =
        other.service === service
          ? 'tag the later list with `!override` to replace the earlier one; without a tag they are joined'
          : 'use another host port for one of them';
      return [
        error(
          'duplicate-port',
          `the port ${quote(key)} of the host is published twice`,
          at('services', service, 'ports', index),
          {
            label,
            labels,
            help,
          },
        ),
      ];
    }),
  );
};

/** A file that publishes a port anew most often means to replace what an earlier one says, and does not. */
export const portsOfSeveralFiles: Check = ({ canonical, at }) =>
  Object.entries(canonical.services).flatMap(([service, { ports = [] }]) => {
    const first = new Map<string, number>();
    return ports.flatMap(({ target, protocol, published }, index) => {
      if (published === undefined) return [];
      const key = `${target}/${protocol}`;
      const other = first.get(key);
      if (other === undefined) {
        first.set(key, index);
        return [];
      }
      const here = at('services', service, 'ports', index);
      const there = at('services', service, 'ports', other);
      if (here.file === there.file) return [];
      return [
        {
          severity: 'warning',
          code: 'duplicate-port',
          message: `the port ${quote(key)} of ${quote(service)} is published by two files`,
          at: here,
          label: 'published again here',
          labels: [{ at: there, text: 'published first here' }],
          help: 'tag this list with `!override` to replace the earlier one, or the earlier item with `!reset` to remove it',
        },
      ];
    });
  });

/** Ports belong to the network namespace, and only a service that has one of its own with a network publishes them. */
export const portsOfJoinedNamespaces: Check = ({ canonical, at, atKey }) =>
  Object.entries(canonical.services).flatMap(([name, { ports = [], network_mode: mode = '' }]) => {
    if (ports.length === 0) return [];
    const place = atKey('services', name, 'ports');
    const labels = [{ at: at('services', name, 'network_mode'), text: 'this is why' }];
    const without = WITHOUT_PORTS[mode];
    if (without !== undefined) {
      const message = `no port of ${quote(name)} is published: ${without}`;
      return [
        { severity: 'warning', code: 'conflicting-keys', message, at: place, label: 'ignored', labels },
      ];
    }
    const [, kind, holder] = /^(service|container):(.+)$/.exec(mode) ?? [];
    if (kind === undefined || holder === undefined) return [];
    const message = `the network of ${quote(name)} is that of ${kind} ${quote(holder)}, which alone can publish ports`;
    return [
      error('conflicting-keys', message, place, { labels, help: HELP[kind as keyof typeof HELP](holder) }),
    ];
  });

const WITHOUT_PORTS: Readonly<Record<string, string>> = {
  host: 'its processes listen on the host itself',
  none: 'it has no network',
};

const HELP = {
  service: (holder: string) => `move the ports to ${quote(holder)}`,
  container: (holder: string) =>
    `remove the ports here, and publish those of ${quote(holder)} where it is made`,
};

/** As in Docker: nothing outside the machine reaches an internal network, and so its containers publish no port. */
export const portsOfInternalNetworks: Check = ({ canonical, at, atKey }) =>
  Object.entries(canonical.services).flatMap(([name, { ports = [], networks = {} }]) => {
    const keys = Object.keys(networks);
    const isInternal = (key: string) => canonical.networks?.[key]?.internal === true;
    if (ports.length === 0 || keys.length === 0 || !keys.every(isInternal)) return [];
    const message = `no port of ${quote(name)} is published: it is on internal networks alone`;
    const labels = [{ at: at('networks', keys[0]!, 'internal'), text: 'this is why' }];
    const help = 'add a network that is not internal';
    const place = atKey('services', name, 'ports');
    return [
      { severity: 'warning', code: 'conflicting-keys', message, at: place, label: 'ignored', labels, help },
    ];
  });

/** A packet filter forwards SCTP; on loopback a program would have to, and there is none. */
export const sctpOfLoopback: Check = ({ canonical, at }) =>
  Object.entries(canonical.services).flatMap(([name, { ports = [] }]) =>
    ports.flatMap(({ protocol, host_ip: ip = '' }, index) =>
      protocol.toLowerCase() === 'sctp' && isLoopback(ip)
        ? [
            error(
              'invalid-value',
              'SCTP cannot be published at loopback',
              at('services', name, 'ports', index),
              {
                help: 'leave the address out, or write one of another interface',
              },
            ),
          ]
        : [],
    ),
  );

/** A range is a choice, and 0 leaves it to the kernel. */
function isOnePort({ published }: CanonicalPort): boolean {
  return published !== undefined && /^\d+$/.test(published) && Number(published) > 0;
}

function haveAddressInCommon({ host_ip: a }: CanonicalPort, { host_ip: b }: CanonicalPort): boolean {
  if (a === undefined || b === undefined) return true;
  if (isIPv6(a) !== isIPv6(b)) return false;
  return a === b || [a, b].some((address) => address === '0.0.0.0' || address === '::');
}
