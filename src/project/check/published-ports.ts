import { isIPv6 } from 'node:net';
import type { CanonicalPort } from '../model/canonical.ts';
import { quote } from '../tree/wording.ts';
import { type Check, error } from './checked.ts';

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

/** A range is a choice, and 0 leaves it to the kernel. */
function isOnePort({ published }: CanonicalPort): boolean {
  return published !== undefined && /^\d+$/.test(published) && Number(published) > 0;
}

function haveAddressInCommon({ host_ip: a }: CanonicalPort, { host_ip: b }: CanonicalPort): boolean {
  if (a === undefined || b === undefined) return true;
  if (isIPv6(a) !== isIPv6(b)) return false;
  return a === b || [a, b].some((address) => address === '0.0.0.0' || address === '::');
}
