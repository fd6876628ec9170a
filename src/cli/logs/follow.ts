import type { ContainerSummary } from '../../api/calls/containers.ts';
import type { Client } from '../../api/client.ts';
import type { Event } from '../../api/events.ts';
import { hasProcess } from '../../base/status.ts';
import { exitText } from '../report/outcomes.ts';
import { type LogPrinter, shortName } from './printer.ts';
import { lineTimes } from './time.ts';

/**
 * Prints the output of containers, and the exit code of each, until the awaited ones have exited or the time `until` has
 * come.
 */
export type Follower = {
  readonly follow: (containers: readonly ContainerSummary[], from: FollowFrom) => void;
  /** Follows a container that starts later as well. */
  readonly event: (event: Event) => void;
  /** Resolves when no awaited container is followed any more. */
  readonly done: Promise<void>;
};

export type FollowFrom = { readonly since?: number; readonly until?: number; readonly tail?: number };

export function follower(options: {
  readonly client: Pick<Client, 'containers' | 'settled' | 'wait'>;
  readonly logs: Client['logs'];
  readonly printer: LogPrinter;
  readonly timestamps: boolean;
  readonly wants: (container: ContainerSummary) => boolean;
  /** False for containers whose exit alone is of interest. */
  readonly isPrinted?: (container: ContainerSummary) => boolean;
  /** False for containers that are followed only as long as others are. */
  readonly isAwaited?: (container: ContainerSummary) => boolean;
  readonly sayExit: (text: string) => void;
}): Follower {
  const { client, printer, wants, isPrinted = () => true, isAwaited = () => true } = options;
  const followed = new Set<string>();
  const awaited = new Set<string>();
  /** Where to continue reading if a container starts again, and when its log was read to the end. */
  const positions = new Map<string, number>();
  const ends = new Map<string, number>();
  let begin: number | undefined;
  let until = Number.POSITIVE_INFINITY;
  const isOver = (): boolean => Date.now() >= until;
  let resolve: () => void;
  let reject: (error: unknown) => void;
  const done = new Promise<void>((...settle) => {
    [resolve, reject] = settle;
  });

  const read = async ({ Id, Name, Project, Service }: ContainerSummary, from: FollowFrom) => {
    const split = lineTimes();
    const output = printer.open({ name: shortName({ Name, Project }), service: Service });
    await options.logs(Id, { follow: true, timestamps: true, ...from }, (stream, chunk) => {
      const { time, text } = split(stream, chunk);
      // Half a millisecond later, so that this line is not read again.
      positions.set(Id, Date.parse(time) + 0.5);
      output.print(stream, options.timestamps ? chunk : text);
    });
    output.end();
  };

  const followToEnd = async (container: ContainerSummary, from: FollowFrom) => {
    if (isPrinted(container)) await read(container, from);
    else await client.wait(container.Id);
    if (isOver()) return;
    const after = (await client.containers(true)).find(({ Id }) => Id === container.Id);
    if (after && hasProcess(after.State)) return followToEnd(after, nextFrom(after));
    ends.set(container.Id, Date.now());
    if (!after) return;
    options.sayExit(exitText(shortName(after), { exitCode: after.ExitCode, oomKilled: after.OOMKilled }));
  };

  const nextFrom = ({ Id }: ContainerSummary): FollowFrom => ({
    since: positions.get(Id) ?? begin ?? Date.now(),
    ...(until < Number.POSITIVE_INFINITY && { until }),
  });

  const forget = async (id: string) => {
    followed.delete(id);
    if (!awaited.delete(id) || awaited.size > 0) return;
    if (isOver()) return resolve();
    // The last container may be started again, by a `restart` for instance.
    await client.settled();
    for (const container of await client.containers(false)) start(container, nextFrom(container));
    if (awaited.size === 0) resolve();
  };

  const start = (container: ContainerSummary, from: FollowFrom) => {
    if (followed.has(container.Id) || !wants(container)) return;
    followed.add(container.Id);
    if (isAwaited(container)) awaited.add(container.Id);
    followToEnd(container, from)
      .then(() => forget(container.Id))
      .catch(reject);
  };

  const startAgain = async (name: string, time: number) => {
    if (isOver()) return;
    const container = (await client.containers(true)).find(({ Name }) => Name === name);
    // The event of a start may arrive after the exit of a short-lived container has been reported.
    if (container && time > (ends.get(container.Id) ?? 0)) start(container, nextFrom(container));
  };

  return {
    follow: (containers, from) => {
      begin = from.since ?? Date.now();
      until = from.until ?? until;
      for (const container of containers) start(container, from);
      if (awaited.size === 0) resolve();
    },
    event: (event) => {
      if (event.type !== 'container.started' || begin === undefined) return;
      startAgain(event.container, event.time).catch(reject);
    },
    done,
  };
}
