import { Problem } from '../../base/diagnostic.ts';
import { requireSignal } from '../../base/signal.ts';
import type { ContainerAction, NetworkAction, Operation, VolumeAction } from '../../plan/plan.ts';
import type { Volume } from '../../project/model/project.ts';
import { connectContainer, disconnectContainer } from '../containers/connections.ts';
import { ignoresSignal } from '../containers/ignores-signal.ts';
import { removeContainer, signalContainer, startContainer, stopContainer } from '../containers/lifecycle.ts';
import { pauseContainer, thawIfPaused, unpauseContainer } from '../containers/pause.ts';
import { removeReplaced, takeName } from '../containers/replacement.ts';
import { ensureBridge, removeBridge } from '../networks/bridges.ts';
import { isTakenOver } from '../supervisor/calls.ts';
import type { Context } from '../supervisor/context.ts';
import type { ContainerRecord, NetworkRecord } from '../supervisor/record/project-record.ts';
import { anonymousVolumes, removeAnonymous, removeVolume } from '../volumes/remove-recorded.ts';
import type { Done, Perform } from './apply.ts';
import { Abandoned } from './cancelled.ts';
import type { Tell } from './tell.ts';
import { createVolume } from './volumes.ts';
import type { Moved } from './with-new.ts';

/** The input for carrying out a plan: the records of new networks, the volumes of the files, and the timeout of a stop. */
export type Materials = {
  readonly networks: Readonly<Record<string, NetworkRecord>>;
  readonly volumes?: readonly Volume[];
  readonly moved?: Moved;
  /** Milliseconds; replaces every `stop_grace_period`. */
  readonly timeout?: number;
  readonly tell: Tell;
  /** Aborted with a `Cancellation`. */
  readonly signal: AbortSignal;
};

/** Carries out one operation, and returns its undo. */
export const performer =
  (context: Context, materials: Materials): Perform =>
  (operation) => {
    switch (operation.kind) {
      case 'network':
        return performNetwork(context, materials, operation);
      case 'volume':
        return performVolume(context, materials, operation);
      case 'container':
        return performContainer(context, materials, operation);
      default:
        return operation satisfies never;
    }
  };

const performVolume = (
  context: Context,
  { volumes = [] }: Materials,
  { name, verb }: VolumeAction,
): Promise<Done> =>
  verb === 'remove'
    ? removeVolume(context, name).then(() => ({}))
    : createVolume(context, volumes.find((volume) => volume.name === name)!);

const performNetwork = async (
  context: Context,
  { networks, moved = {} }: Materials,
  { key, verb }: Operation & NetworkAction,
): Promise<Done> => {
  const known = context.record.networks[key];
  if (known && verb !== 'create') removeBridge(context, known);
  if (verb === 'remove') {
    recordNetwork(context, key, undefined);
    return {};
  }
  const network = networks[key]!;
  const before = moveContainers(context, key, moved[key]);
  const undo = (): void => {
    removeBridge(context, network);
    moveContainers(context, key, before);
    recordNetwork(context, key, verb === 'recreate' ? known : undefined);
  };
  try {
    // A new network was recorded with all others before the first operation.
    if (verb === 'recreate') {
      context.record.networks[key] = network;
      context.save();
    }
    ensureBridge(context, network);
  } catch (error) {
    undo();
    throw error;
  }
  return { detail: network.subnet, undo };
};

/** Records other addresses on a network; returns the ones that there were. */
const moveContainers = (
  { record }: Context,
  key: string,
  addresses: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> => {
  const before: Record<string, string> = {};
  for (const [name, address] of Object.entries(addresses)) {
    const container = record.containers[name];
    const had = container?.addresses[key];
    if (!container || had === undefined || had === address) continue;
    before[name] = had;
    record.containers[name] = { ...container, addresses: { ...container.addresses, [key]: address } };
  }
  return before;
};

const recordNetwork = (
  { record, saveSoon }: Context,
  key: string,
  network: NetworkRecord | undefined,
): void => {
  if (network) record.networks[key] = network;
  else delete record.networks[key];
  saveSoon();
};

type Act<Verb extends ContainerAction['verb']> = (
  context: Context,
  operation: Extract<ContainerAction, { readonly verb: Verb }>,
  materials: Materials,
) => Promise<Done>;

const performContainer = (
  context: Context,
  materials: Materials,
  operation: Operation & ContainerAction,
): Promise<Done> => (ACTS[operation.verb] as Act<ContainerAction['verb']>)(context, operation, materials);

const ACTS: { readonly [Verb in ContainerAction['verb']]: Act<Verb> } = {
  // The container was recorded with all others before the first operation.
  create: async (context, { container, replaces }) => ({
    undo: async () => {
      const record = recordOf(context, container);
      const before = Object.values(context.record.containers[replaces ?? '']?.volumes ?? {});
      await removeContainer(context, container);
      await removeAnonymous(
        context,
        anonymousVolumes(record).filter((name) => !before.includes(name)),
      );
      return replaces === undefined ? undefined : 'the one before stays';
    },
  }),

  rename: async (context, { container, to }) => ({ undo: takeName(context, container, to) }),

  start: (context, { container }, materials) => start(context, container, materials),

  restart: async (context, { container }, materials) => {
    const { isStopped } = await stop(context, container, materials, true);
    const { undo, ...done } = await start(context, container, materials);
    return isStopped || !undo ? done : { ...done, undo };
  },

  stop: async (context, { container, revives, recreates }, materials) => {
    const { isStopped, ...done } = await stop(context, container, materials, revives);
    if (!revives || !isStopped) return done;
    const undo = async (): Promise<string | undefined> => {
      if (isTakenOver(materials.signal, recordOf(context, container).service)) return undefined;
      await start(context, container, materials);
      return recreates === undefined ? 'started again' : 'the one before was started again';
    };
    return { ...done, undo };
  },

  kill: async (context, { container, signal }) => {
    signalContainer(context, container, signal);
    if (requireSignal(signal).name === 'SIGKILL') await context.running.get(container)?.ended;
    return {};
  },

  pause: async (context, { container }) => {
    await pauseContainer(context, container);
    return { undo: () => void thawIfPaused(context, container) };
  },

  unpause: async (context, { container }) => {
    unpauseContainer(context, container);
    return { undo: () => pauseContainer(context, container) };
  },

  connect: async (context, { container, network }) => {
    connectContainer(context, container, network);
    return {
      detail: recordOf(context, container).addresses[network]!,
      undo: () => disconnectContainer(context, container, network),
    };
  },

  disconnect: async (context, { container, network }) => {
    disconnectContainer(context, container, network);
    return { undo: () => connectContainer(context, container, network) };
  },

  remove: async (context, { container, isLast, volumes }) => {
    const anonymous = volumes ? anonymousVolumes(recordOf(context, container)) : [];
    const removed = removeReplaced(context, container);
    // The next operation does not wait for the deletion of the layer; the call does.
    if (!isLast) await removed;
    await removeAnonymous(context, anonymous);
    return {};
  },
};

const start = async (context: Context, name: string, { tell, signal }: Materials): Promise<Done> => {
  const record = recordOf(context, name);
  for (const key of Object.keys(record.definition.networks))
    ensureBridge(context, context.record.networks[key]!);
  const { pid } = await startContainer(context, record, signal).catch((error: unknown) => {
    throw signal.aborted && !(error instanceof Problem) ? new Abandoned() : error;
  });
  const { service, number } = record;
  tell({ type: 'container.started', container: name, service, number, pid, time: Date.now() });
  return {
    detail: `PID 1 inside, ${pid} outside`,
    undo: async () => {
      await stopContainer(context, record, 0);
    },
  };
};

/**
 * `isStopped`: the container was running before. Throws `Abandoned` if the call is cancelled, unless the container ends
 * and has to be started again.
 */
const stop = async (
  context: Context,
  name: string,
  { timeout, signal }: Materials,
  revives = false,
): Promise<Done & { readonly isStopped: boolean }> => {
  const { definition, service } = recordOf(context, name);
  const grace = timeout ?? definition.stopGracePeriod;
  const running = context.running.get(name);
  const isStopped = running !== undefined;
  const isPointless = (): boolean =>
    !revives ||
    isTakenOver(signal, service) ||
    (isStopped &&
      ignoresSignal(running.pid, requireSignal(definition.stopSignal).number, !definition.namespaces?.pid));
  const { forced, hasEnded } = await stopContainer(context, recordOf(context, name), grace, {
    signal,
    isPointless,
  });
  if (!hasEnded) throw new Abandoned();
  if (!forced || grace === 0) return { isStopped };
  const detail = `killed after ${grace / 1000} s: its PID 1 did not end at ${definition.stopSignal}`;
  return { isStopped, detail };
};

const recordOf = ({ record }: Context, name: string): ContainerRecord => {
  const found = record.containers[name];
  if (!found) throw new TypeError(`no container ${name} is recorded`);
  return found;
};
