import { closeSync } from 'node:fs';
import { Problem } from '../../../base/diagnostic.ts';
import { interfaceSettings } from '../../../container/kernel-settings.ts';
import { interfaceMessages, plugged, unpluggedPair } from '../../../container/network.ts';
import { linkDel } from '../../../kernel/netlink/link.ts';
import type { Netlink } from '../../../kernel/netlink/message.ts';
import { routeReplace } from '../../../kernel/netlink/route.ts';
import { errnoName } from '../../../kernel/program/errno.ts';
import type { Context } from '../../context/context.ts';
import { rewriteHosts } from '../../etc/rewrite-hosts.ts';
import { linksOf } from '../../facts/links.ts';
import { openContainer } from '../../namespaces/namespace-holders.ts';
import { networkHolder } from '../../namespaces/shared-namespaces.ts';
import { addressesOn } from '../../networks/addresses.ts';
import { ensureBridge } from '../../networks/bridges.ts';
import { openRouteOf, type Route, type RouteInside } from '../../networks/rtnetlink.ts';

/**
 * Connects a running container to one of its networks, as recorded, with the requests of its start. Throws a Problem if
 * the kernel refuses one; the container is not connected then. A container that has ended, or whose PID 1 has left its
 * network namespace for that of the host, stays as it is.
 */
export const connectContainer = (context: Context, name: string, key: string): void =>
  inNamespace(context, name, ({ route, namespace, set }) => {
    ensureBridge(context, context.record.networks[key]!);
    const container = context.record.containers[name]!;
    // Unlike that of a start, this end is always removed before another one of its name is added.
    const links = linksOf(context, container, Object.values(addressesOn(container, key)).join());
    const position = links.findIndex(({ network }) => network === key);
    const link = links[position]!;
    const must = (through: Route, message: Netlink): void => {
      const errno = through.request(message);
      if (errno === 0) return;
      route.request(linkDel(link.name));
      throw refused(name, key, message, errno);
    };
    must(context.route, unpluggedPair(link, position, { fd: namespace }));
    for (const [path, value] of interfaceSettings(link)) set(path, value);
    // The kernel honours the index of a veth peer only beside an index of the other end, which is not known here.
    const index = route.link(link.name)?.index ?? 0;
    for (const message of interfaceMessages({ ...link, gateways: [] }, index)) must(route, message);
    // Another network may be the way out from now on.
    for (const { name, gateways } of links) {
      const device = gateways.length > 0 ? route.link(name)?.index : undefined;
      if (device === undefined) continue;
      for (const via of gateways) must(route, routeReplace({ to: 'default', via, device }));
    }
    context.names.moved(name);
    for (const each of [name, ...sharersOf(context, name)]) rewriteHosts(context, each);
    // The last step: if this process is killed before, `brokenNetworks` misses a port of the bridge.
    for (const message of plugged(link)) must(context.route, message);
  });

/** Removes the interface of a running container on a network, and with it the host's end. */
export const disconnectContainer = (context: Context, name: string, key: string): void =>
  inNamespace(context, name, ({ route }) => {
    const link = linksOf(context, context.record.containers[name]!).find(({ network }) => network === key)!;
    // An interface that is gone already is no obstacle.
    route.request(linkDel(link.name));
  });

/** Running containers that share the network namespace of another one. */
const sharersOf = (
  { record, running }: Pick<Context, 'record' | 'running'>,
  name: string,
): readonly string[] =>
  [...running.keys()].filter((each) => {
    const container = record.containers[each];
    return container?.definition.namespaces?.network && networkHolder(record, container)?.name === name;
  });

const inNamespace = (
  { paths, running }: Pick<Context, 'paths' | 'running'>,
  name: string,
  act: (inside: RouteInside) => void,
): void => {
  const pidfd = openContainer(paths, name, running.get(name)?.pid);
  if (pidfd === undefined) return;
  const inside = openRouteOf(pidfd);
  closeSync(pidfd);
  if (inside === undefined) return;
  try {
    act(inside);
  } finally {
    inside.close();
  }
};

const refused = (container: string, network: string, { text }: Netlink, errno: number): Problem =>
  new Problem({
    severity: 'error',
    code: 'step-failed',
    message: `${container} could not be connected to the network ${network}`,
    from: `networks.${network}`,
    facts: [['call', `ip ${text} = ${errnoName(errno)}`]],
  });
