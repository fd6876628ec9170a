import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import { errnoNumber } from '../../kernel/errno.ts';
import type { Mapping } from '../networks/filter/mapping.ts';
import type { ContainerRecord, ProjectRecord } from '../supervisor/record/project-record.ts';
import { hostSockets, type Publication, publicationOf } from './publication.ts';
import { refusal, writtenAs } from './refusal.ts';
import type { RefusedSocket, Relay } from './relay/sockets.ts';
import { doCollide } from './sockets-of-host.ts';

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
  const takenBy = (name: string, { definition, ports = [] }: ContainerRecord): readonly Diagnostic[] =>
    ports
      .filter((one) => published.get(name)?.ports?.some((other) => doCollide(one, other)))
      .map((one) =>
        refusal(writtenAs(definition, one), [{ ...one, errno: IN_USE }], () => `container ${name}`),
      );
  const filterPorts = (container: ContainerRecord): Publication => {
    const next = publicationOf(container, record.networks);
    filter.unpublish(published.get(container.name)?.mappings ?? []);
    filter.publish(next.mappings);
    published.set(container.name, { ...next, ...(container.ports && { ports: container.ports }) });
    return next;
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
      // The relay takes them for reserved already.
      const own = [...published.keys()].flatMap((name) =>
        name === container.name ? [] : takenBy(name, container),
      );
      if (own.length > 0) throw new Problem(...own);
      const refused = await relay.reserve(sockets);
      if (refused.length === 0) return;
      await relay.release(sockets);
      throw new Problem(...problemsOf(container, refused));
    },
    publish: async (container, pid) => {
      if (container.ports?.length) await relayPorts(container, filterPorts(container), pid);
    },
    unpublish: async (container) => {
      const before = published.get(container.name);
      published.delete(container.name);
      if (before) filter.unpublish(before.mappings);
      const sockets = hostSockets(container);
      if (sockets.length > 0) await relay.release(sockets);
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
