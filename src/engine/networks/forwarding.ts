import { closeSync, existsSync, writeFileSync } from 'node:fs';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { openRouteEvents, takeEvents } from '../../kernel/ffi/netlink/route-events.ts';
import type { Readiness } from '../../kernel/ffi/readiness.ts';
import { readIfThere } from '../directories/read-if-there.ts';
import type { FilteredNetwork, Version } from './filter/ruleset.ts';
import type { ProjectTable } from './filter/table.ts';
import type { Route } from './rtnetlink.ts';
import { recordedChanges, type SharedChange, sharedChange } from './shared-change.ts';

/**
 * The way of packets through the host. The setting for the whole host, ip_forward, is only read: it would make a router
 * of a host that is none. Instead the interfaces that packets of our networks pass through are opened one by one, and
 * the project's table guards those that were closed before.
 */
export type Forwarding = {
  /** Opens the way for these networks, and keeps it open while interfaces come and settings change. */
  readonly open: (networks: readonly FilteredNetwork[]) => void;
  /** Closes what was opened, if no other project uses it. */
  readonly giveBack: () => void;
};

export type ForwardingParts = {
  readonly project: string;
  /** A directory for each interface that projects have opened, with a file for each of them. */
  readonly directory: string;
  readonly route: Route;
  readonly table: Pick<ProjectTable, 'guard'>;
  readonly readiness: Readiness;
  readonly notice: (diagnostic: Diagnostic) => void;
  /** Addresses or routes of the host have changed. */
  readonly onChange: (networks: readonly FilteredNetwork[]) => void;
};

export const openForwarding = (parts: ForwardingParts): Forwarding => {
  const { project, directory, route, table, readiness, notice, onChange } = parts;
  let networks: readonly FilteredNetwork[] = [];
  let events: number | undefined;
  let isTold = false;

  const settle = (version: Version): void => {
    const bridges = networks.filter(({ internal, blocks }) => !internal && blocks.some(isOf(version)));
    if (bridges.length === 0) return;
    const isRouter = read(WHOLE_HOST[version]) === '1';
    const uses = (name: string): SharedChange => sharedChange(directory, `${version}-${name}`, project);
    if (isRouter) {
      // Somebody wants a router: what we opened is theirs now.
      for (const name of recordedChanges(directory, `${version}-`)) uses(name).forget();
      table.guard(version, []);
    } else {
      const closed = outward(route, version).filter(
        // The record is made before the setting, so it is read after it.
        (name) => read(settingOf(version, name)) === '0' || uses(name).isRecorded(),
      );
      for (const name of closed) uses(name).record();
      // An interface is guarded before it is open.
      if (table.guard(version, closed)) return;
      for (const name of closed) set(version, name, '1');
    }
    for (const { bridge } of bridges) set(version, bridge, '1');
  };

  const set = (version: Version, name: string, value: '0' | '1'): void => {
    const setting = settingOf(version, name);
    if (read(setting) === value) return;
    try {
      writeFileSync(setting, value);
    } catch (error) {
      // An interface that is gone has no setting.
      if (value === '0' || !existsSync(`/proc/sys/net/ipv${version}/conf/${name}`)) return;
      if (!isTold) notice(notForwarded(setting, error as NodeJS.ErrnoException));
      isTold = true;
    }
  };

  return {
    open: (wanted) => {
      networks = wanted;
      if (events === undefined && networks.some(({ internal }) => !internal)) {
        const socket = openRouteEvents();
        events = socket;
        readiness.watch(socket, () => {
          takeEvents(socket);
          for (const version of VERSIONS) settle(version);
          onChange(networks);
        });
      }
      for (const version of VERSIONS) settle(version);
    },
    giveBack: () => {
      networks = [];
      if (events !== undefined) {
        readiness.forget(events);
        closeSync(events);
        events = undefined;
      }
      for (const version of VERSIONS)
        for (const name of recordedChanges(directory, `${version}-`))
          if (
            sharedChange(directory, `${version}-${name}`, project).release() &&
            read(WHOLE_HOST[version]) === '0'
          )
            set(version, name, '0');
    },
  };
};

const VERSIONS = [4, 6] as const;

/** Interfaces with an address that others can reach, except for bridges of ours. */
const outward = (route: Route, version: Version): readonly string[] => {
  const addresses = route.addresses().filter(({ address }) => isOf(version)(address));
  // A veth pair has no address on the host: a list of all links would be long.
  return [...new Set(addresses.map(({ device }) => device))].flatMap((device) => {
    const link = route.link(device);
    return !link || link.name === 'lo' || link.alias?.startsWith('tscompose/') ? [] : [link.name];
  });
};

const isOf =
  (version: Version) =>
  (address: string): boolean =>
    address.includes(':') === (version === 6);

/** ip-sysctl.rst. IPv6 has a setting that does not make a router of the interface since Linux 6.17. */
const settingOf = (version: Version, name: string): string =>
  `/proc/sys/net/ipv${version}/conf/${name}/${version === 4 ? 'forwarding' : 'force_forwarding'}`;

const WHOLE_HOST: Readonly<Record<Version, string>> = {
  4: '/proc/sys/net/ipv4/ip_forward',
  6: '/proc/sys/net/ipv6/conf/all/forwarding',
};

const read = (path: string): string => readIfThere(path)?.trim() ?? '';

const notForwarded = (setting: string, { code }: NodeJS.ErrnoException): Diagnostic => ({
  severity: 'warning',
  code: 'no-forwarding',
  message: `networks have no way out of the host: ${setting} cannot be set (${code})`,
  help: setting.includes('ipv6')
    ? 'use Linux 6.17 or newer, or set net.ipv6.conf.all.forwarding=1, and accept_ra=2 on interfaces that need routes of routers'
    : 'set net.ipv4.ip_forward=1',
});
