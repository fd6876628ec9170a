import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerSummary } from '../../api/calls/containers.ts';
import type { Client } from '../../api/client.ts';
import type { Event } from '../../api/events.ts';
import type { StreamName } from '../../api/frames.ts';
import { timerDelay } from '../../base/node/timer-delay.ts';
import { hasProcess, isActive, isRestarting, wasNeverStarted } from '../../base/status.ts';
import { exitText } from '../report/outcomes.ts';
import { type LogPrinter, shortName } from './printer.ts';
import { restartsOf } from './restarts.ts';
import { LineTimes } from './time.ts';

/**
 * Prints the output of containers, and the exit code of each, until the awaited ones have exited or the time `until` has
 * come.
 */
export type Follower = {
  /** Follows these, and others as soon as they start; `done` waits for `follow`. */
  readonly open: (containers: readonly ContainerSummary[], from: FollowFrom) => void;
  readonly follow: (containers: readonly ContainerSummary[], from: FollowFrom) => void;
  /** Follows a container that starts later as well. */
  readonly event: (event: Event) => void;
  /** Resolves when no awaited container is followed any more. */
  readonly done: Promise<void>;
  /** Resolves when all that containers have written whose exit was an event is printed. */
  readonly drained: () => Promise<void>;
};

export type FollowFrom = {
  readonly since?: number;
  readonly until?: number;
  readonly tail?: number;
  /** A position in the log, in place of the others. */
  readonly after?: string;
};

type Followed = {
  readonly name: string;
  readonly ended: Promise<void>;
  /** Resolves when its exit is said, or when it runs again. */
  readonly told: Promise<void>;
};

export function follower(options: {
  readonly client: Pick<Client, 'containers' | 'settled' | 'wait'>;
  /** Reads a log to its end, also across supervisors. */
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
  const followed = new Map<string, Followed>();
  const awaited = new Set<string>();
  /** Where to continue reading if a container starts again, and when its log was read to the end. */
  const marks = new Map<string, string>();
  const ends = new Map<string, number>();
  const restarts = restartsOf();
  /** Containers that have started and are in no list so far, with the times of their starts by the clock of events. */
  const fresh = new Map<string, number>();
  /** Those that have ended for good, and how. */
  const exited = new Map<string, { readonly exitCode: number; readonly oomKilled: boolean }>();
  let isListing = false;
  let isComplete = false;
  let begin: number | undefined;
  let until = Number.POSITIVE_INFINITY;
  const isOver = (): boolean => Date.now() >= until;
  let resolve: () => void;
  let reject: (error: unknown) => void;
  const done = new Promise<void>((...settle) => {
    [resolve, reject] = settle;
  });
  // After a failed `up`, nothing awaits this promise.
  done.catch(() => {});

  const read = async ({ Id, Name, Project, Service }: ContainerSummary, from: FollowFrom) => {
    const times = new LineTimes();
    const output = printer.open({ name: shortName({ Name, Project }), service: Service });
    const print = (stream: StreamName, chunk: Buffer): void =>
      output.print(stream, options.timestamps ? chunk : times.take(stream, chunk).text);
    await options.logs(Id, { follow: true, timestamps: true, attached: true, ...from }, print, (mark) =>
      marks.set(Id, mark),
    );
    output.end();
  };

  const followToEnd = async (container: ContainerSummary, from: FollowFrom, told: () => void) => {
    if (isPrinted(container)) await read(container, from);
    else await client.wait(container.Id);
    if (isOver()) return;
    const found = await find(container);
    for (const exit of restarts.exits(container.Name))
      options.sayExit(`${exitText(shortName(container), exit)} (restarting)`);
    const isWaiting = found !== undefined && isRestarting(found.State);
    const runs = found && (hasProcess(found.State) || (isWaiting && (await isStartedAgain(found))));
    if (isOver()) return;
    if (runs) {
      told();
      return followToEnd(found, nextFrom(found), told);
    }
    ends.set(container.Id, now());
    // Its last restart may have failed, which is an exit of its own.
    const last = (isWaiting && (await find(container))) || found;
    // One that was removed is in no list.
    const exit = last ? { exitCode: last.ExitCode, oomKilled: last.OOMKilled } : exited.get(container.Name);
    // One that is being replaced has another name by now.
    if (exit) options.sayExit(exitText(shortName(container), exit));
  };

  const find = async ({ Id }: ContainerSummary): Promise<ContainerSummary | undefined> =>
    (await client.containers(true)).find((one) => one.Id === Id);

  const isStartedAgain = ({ Name }: ContainerSummary): Promise<boolean> => {
    if (until === Number.POSITIVE_INFINITY) return restarts.next(Name);
    return Promise.race([restarts.next(Name), sleep(timerDelay(until - Date.now()), false)]);
  };

  const nextFrom = ({ Id }: ContainerSummary): FollowFrom => {
    const after = marks.get(Id);
    return {
      ...(after === undefined ? { since: begin ?? Date.now() } : { after }),
      ...(until < Number.POSITIVE_INFINITY && { until }),
    };
  };

  const forget = async (id: string) => {
    followed.delete(id);
    if (!awaited.delete(id) || awaited.size > 0 || !isComplete) return;
    if (isOver()) return resolve();
    // The last container may be started again, by a `restart` for instance.
    await client.settled();
    for (const container of await client.containers(false)) start(container, nextFrom(container));
    if (awaited.size === 0) resolve();
  };

  const start = (container: ContainerSummary, from: FollowFrom) => {
    if (followed.has(container.Id) || !wants(container)) return;
    if (isAwaited(container)) awaited.add(container.Id);
    let resolveTold: () => void;
    const told = new Promise<void>((settle) => {
      resolveTold = settle;
    });
    // Logs and events arrive over connections of their own: what may have waited for an exit is printed after it.
    const earlier = [...followed.values()].filter(({ name }) => exited.has(name)).map((one) => one.told);
    const ended = Promise.all(earlier)
      .then(() => followToEnd(container, from, resolveTold))
      .finally(() => resolveTold());
    followed.set(container.Id, { name: container.Name, ended, told });
    ended.then(() => forget(container.Id)).catch(reject);
  };

  /** All that start meanwhile share the next list. */
  const startFresh = async () => {
    if (isListing) return;
    isListing = true;
    while (fresh.size > 0 && !isOver()) {
      const times = new Map(fresh);
      fresh.clear();
      for (const container of inOrder(await client.containers(true), times)) {
        // The event of a start may arrive after the exit of a short-lived container has been reported.
        const time = times.get(container.Name) ?? 0;
        if (time > (ends.get(container.Id) ?? 0)) start(container, nextFrom(container));
      }
    }
    isListing = false;
  };

  const startIn = (containers: readonly ContainerSummary[], from: FollowFrom) => {
    begin = from.since ?? Date.now();
    until = from.until ?? until;
    for (const container of inOrder(containers, fresh)) {
      // One that is still to start is in a later list.
      if (!wasNeverStarted(container.State)) fresh.delete(container.Name);
      const hasEnded = ends.has(container.Id);
      if (!hasEnded || isActive(container.State)) start(container, hasEnded ? nextFrom(container) : from);
    }
    startFresh().catch(reject);
  };

  return {
    open: startIn,
    follow: (containers, from) => {
      isComplete = true;
      startIn(containers, from);
      if (awaited.size === 0) resolve();
    },
    event: (event) => {
      restarts.event(event);
      if (event.type === 'container.exited' && !event.restarts) exited.set(event.container, event);
      if (event.type !== 'container.started') return;
      exited.delete(event.container);
      fresh.set(event.container, event.at ?? now());
      if (begin !== undefined) startFresh().catch(reject);
    },
    drained: async () => {
      const last = [...followed.values()].filter(({ name }) => exited.has(name));
      await Promise.allSettled(last.map(({ ended }) => ended));
    },
    done,
  };
}

/** In the order of their starts, as far as events have told of them; the others before them. */
const inOrder = (
  containers: readonly ContainerSummary[],
  times: ReadonlyMap<string, number>,
): readonly ContainerSummary[] =>
  containers.toSorted((one, other) => (times.get(one.Name) ?? 0) - (times.get(other.Name) ?? 0));

/** The clock of events, which nobody sets. */
const now = (): number => Number(process.hrtime.bigint());
