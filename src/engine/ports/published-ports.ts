import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import { errnoNumber } from '../../kernel/program/errno.ts';
import type { Mapping } from '../networks/filter/mapping.ts';
import type { ContainerRecord, ProjectRecord } from '../record/project-record.ts';
import { hostSockets, type Publication, publicationOf } from './publication.ts';
import { refusal, writtenAs } from './refusal.ts';
import type { HostSocket, RefusedSocket, Relay } from './relay/sockets.ts';
import { portHolders } from './sockets-of-host.ts';

/** The ports of running containers: published while a container runs, and never before its record is on disk. */
export type PublishedPorts = {
  /** Takes the ports of a container that is about to start. Throws a Problem if another program has one by now. */
  readonly reserve: (container: ContainerRecord) => Promise<void>;
  /** Publishes the ports of a container until it ends, or anew after its addresses have changed. */
  readonly publish: (container: ContainerRecord, pid: number) => Promise<void>;
  /** A client is refused at once when this returns. */
  readonly unpublish: (container: Pick<ContainerRecord, 'name' | 'ports'>) => Promise<void>;
  /** Takes over those of an earlier supervisor; the packet filter has them when this returns. */
  readonly adopt: (running: readonly Adopted[]) => Promise<void>;
};

export type Adopted = { readonly container: ContainerRecord; readonly pid: number };

/** The calls of the packet filter. */
type Filter = {
  readonly publish: (mappings: readonly Mapping[]) => void;
  readonly unpublish: (mappings: readonly Mapping[]) => void;
};

export const openPublishedPorts = (
  record: Pick<ProjectRecord, 'networks'>,
  filter: Filter,
  relay: Relay,
): PublishedPorts => {
  /** By the name of the container. */
  const published = new Map<string, Publication & Pick<ContainerRecord, 'ports'>>();
  /** The names of the containers that ports are published for. */
  const holders = portHolders<string>();
  const takenFrom = ({ name, definition, ports = [] }: ContainerRecord): readonly Diagnostic[] =>
    ports.flatMap((one) =>
      holders
        .of(one)
        .filter((holder) => holder !== name)
        .map((holder) =>
          refusal(writtenAs(definition, one), [{ ...one, errno: IN_USE }], () => `container ${holder}`),
        ),
    );
  const forget = (name: string): Publication | undefined => {
    const before = published.get(name);
    published.delete(name);
    for (const port of before?.ports ?? []) holders.remove(port, name);
    return before;
  };
  const filterPorts = (container: ContainerRecord): Publication => {
    const next = publicationOf(container, record.networks);
    filter.unpublish(forget(container.name)?.mappings ?? []);
    filter.publish(next.mappings);
    published.set(container.name, { ...next, ...(container.ports && { ports: container.ports }) });
    for (const port of container.ports ?? []) holders.add(port, container.name);
    return next;
  };
  /** Ports that leave within one turn of the event loop leave together: one change of the packet filter, one message. */
  let leaving: { readonly mappings: Mapping[]; readonly sockets: HostSocket[] } | undefined;
  let left = Promise.resolve();
  const leave = (mappings: readonly Mapping[], sockets: readonly HostSocket[]): Promise<void> => {
    if (!leaving) {
      const all = { mappings: [], sockets: [] };
      leaving = all;
      left = nextTurn().then(() => {
        leaving = undefined;
        filter.unpublish(all.mappings);
        return relay.release(all.sockets);
      });
    }
    leaving.mappings.push(...mappings);
    leaving.sockets.push(...sockets);
    return left;
  };
  const relayPorts = async (
    container: ContainerRecord,
    { entries }: Publication,
    pid: number,
  ): Promise<void> => {
    const refused = await relay.open(entries, pid);
    if (refused.length > 0) throw new Problem(...problemsOf(container, refused));
  };
  return {
    reserve: async (container) => {
      const sockets = hostSockets(container);
      if (sockets.length === 0) return;
      if (leaving) await left;
      // The relay takes them for reserved already.
      const own = takenFrom(container);
      if (own.length > 0) throw new Problem(...own);
      const refused = await relay.reserve(sockets);
      if (refused.length === 0) return;
      await relay.release(sockets);
      throw new Problem(...problemsOf(container, refused));
    },
    publish: async (container, pid) => {
      if (leaving) await left;
      if (container.ports?.length) await relayPorts(container, filterPorts(container), pid);
    },
    unpublish: async (container) => {
      const before = forget(container.name);
      const sockets = hostSockets(container);
      if (before || sockets.length > 0) await leave(before?.mappings ?? [], sockets);
    },
    adopt: async (running) => {
      const adopted = running
        .filter(({ container }) => container.ports?.length)
        .map(({ container, pid }) => ({ container, pid, publication: filterPorts(container) }));
      await relay.adopt(adopted.flatMap(({ container }) => hostSockets(container)));
      for (const { container, pid, publication } of adopted) await relayPorts(container, publication, pid);
    },
  };
};

const problemsOf = ({ definition, ports = [] }: ContainerRecord, refused: readonly RefusedSocket[]) =>
  refused.map(({ protocol, address, port, errno }) => {
    const bound = ports.find((one) => one.hostIp === address && one.hostPort === port);
    const socket = { protocol, hostIp: address, hostPort: port, errno };
    return refusal(writtenAs(definition, bound), [socket], () => 'another program');
  });

const IN_USE = errnoNumber('EADDRINUSE');
