import { closeSync } from 'node:fs';
import { lazy } from '../../base/lazy.ts';
import { BESIDE_SERVICES, NAME_SERVER, ON_ITS_PORT } from '../../container/resolver.ts';
import type { Resolver } from '../../container/resolver-ports.ts';
import { inOtherNetwork } from '../../kernel/ffi/network-namespace.ts';
import type { Readiness } from '../../kernel/ffi/readiness.ts';
import { openBound } from '../../kernel/ffi/sockets.ts';
import { tableDump } from '../../kernel/netlink/nft/table.ts';
import { openNetfilter } from '../networks/netfilter.ts';
import type { ProjectRecord } from '../record/project-record.ts';
import { type Connections, openConnections } from './connections.ts';
import { answerDatagrams } from './datagrams.ts';
import { type From, forwarder, type Load } from './forward.ts';
import { hostServers, serverOf } from './host-servers.ts';
import { type Around, openNeighbours } from './neighbours.ts';
import { type Forward, responder } from './respond.ts';
import { openZone } from './zone.ts';

/** The name servers of a project's containers: each has one at 127.0.0.11, and the supervisor answers for all. */
export type Names = {
  /** Where the name servers of new containers listen. */
  readonly resolver: () => Resolver;
  /** A container runs: others find it from now on, and its own queries are answered. */
  readonly began: (container: string, sockets: NameSockets | undefined) => void;
  /** The addresses of a running container are other ones. */
  readonly moved: (container: string) => void;
  readonly ended: (container: string) => void;
  /** The supervisor ends. */
  readonly close: () => void;
};

/** In the network namespace of a container. */
export type NameSockets = { readonly datagrams: number; readonly connections: number };

/** `openProcess` opens a pidfd of PID 1 of a running container. */
export const openNames = (
  project: Pick<ProjectRecord, 'name' | 'containers' | 'networks'>,
  readiness: Readiness,
  openProcess: (container: string) => number | undefined,
  {
    hasEnded,
    ...around
  }: Pick<Around, 'addresses' | 'runDirectory' | 'lifeOf'> & {
    readonly hasEnded: (container: string) => boolean;
  },
): Names => {
  const zone = openZone(project, hasEnded);
  const neighbours = openNeighbours({ project, zone, ...around });
  const servers = hostServers();
  const load: Load = { current: 0 };
  const open = new Map<string, () => void>();

  const forwardOf = (name: string): Forward | undefined => {
    const container = project.containers[name];
    if (!container) return undefined;
    const loads = [[load, MOST_OF_ALL] as const, [{ current: 0 }, MOST_OF_ONE] as const];
    const { dns = [], networks } = container.definition;
    if (dns.length > 0) {
      const own = dns.flatMap((server) => (server === NAME_SERVER ? [] : (serverOf(server) ?? [])));
      return forwarder(
        readiness,
        () => own,
        insideOf(() => openProcess(name)),
        { loads },
      );
    }
    // CVE-2024-29018: through the servers of the host it could reach the outside.
    const isInside = Object.keys(networks).every((key) => project.networks[key]?.internal);
    return isInside ? undefined : forwarder(readiness, servers, (act) => act(), { loads });
  };

  const serve = (name: string, { datagrams, connections }: NameSockets): (() => void) => {
    let isOpen = true;
    const respond = responder(zone, () => project.containers[name], forwardOf(name));
    const streams: Connections = openConnections(respond);
    readiness.watch(datagrams, () => answerDatagrams(datagrams, respond, () => isOpen));
    readiness.watch(connections, () => streams.accept(connections));
    return () => {
      isOpen = false;
      for (const socket of [datagrams, connections]) {
        readiness.forget(socket);
        closeSync(socket);
      }
      streams.close();
    };
  };

  const put = (name: string): void => {
    const container = project.containers[name];
    if (!container) return;
    zone.put(container);
    neighbours.put(name);
  };

  return {
    resolver,
    began: (name, sockets) => {
      put(name);
      if (sockets) open.set(name, serve(name, sockets));
    },
    moved: put,
    ended: (name) => {
      zone.remove(name);
      neighbours.remove(name);
      open.get(name)?.();
      open.delete(name);
    },
    close: neighbours.close,
  };
};

export const closeNameSockets = ({ datagrams, connections }: NameSockets): void =>
  [datagrams, connections].forEach(closeSync);

// Containers of every start have the same, and the first one pays for the question.
const resolver = lazy((): Resolver => {
  const netfilter = openNetfilter();
  try {
    return netfilter.request(tableDump()) === 0 ? BESIDE_SERVICES : ON_ITS_PORT;
  } finally {
    netfilter.close();
  }
});

/** Opens the sockets anew, for a container that an earlier supervisor has started. Undefined if it cannot have them. */
export const openNameSockets = (pidfd: number, port: number): NameSockets | undefined =>
  inOtherNetwork(pidfd, () => {
    const where = { address: NAME_SERVER, port };
    const datagrams = openBound('udp', where);
    if (datagrams < 0) return undefined;
    const connections = openBound('tcp', where);
    if (connections >= 0) return { datagrams, connections };
    closeSync(datagrams);
    return undefined;
  });

const insideOf =
  (openProcess: () => number | undefined): From =>
  (act) => {
    const pidfd = openProcess();
    if (pidfd === undefined) return undefined;
    try {
      return inOtherNetwork(pidfd, act);
    } finally {
      closeSync(pidfd);
    }
  };

/** Queries that wait for other servers at the same time. Each has a descriptor. */
const MOST_OF_ALL = 256;
const MOST_OF_ONE = 64;
