import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import { requireSignal } from '../../base/signal.ts';
import { isActive, isRestarting } from '../../base/status.ts';
import type { ContainerAction, Operation } from '../../plan/plan.ts';
import { ignoresSignal } from '../containers/ignores-signal.ts';
import { connectContainer, disconnectContainer } from '../containers/network/connections.ts';
import { pauseContainer, thawIfPaused, unpauseContainer } from '../containers/pause.ts';
import { removeContainer } from '../containers/remove-container.ts';
import { removeReplaced, takeName } from '../containers/replacement.ts';
import { concludeFailedStart } from '../containers/start-again.ts';
import { startByHand } from '../containers/start-by-hand.ts';
import { killContainer, stopContainer } from '../containers/stop-container.ts';
import { isTakenOver } from '../context/calls.ts';
import type { Context } from '../context/context.ts';
import { addressesOn } from '../networks/addresses.ts';
import { note } from '../record/note.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import type { StopCause } from '../restart/stop-by-hand.ts';
import { anonymousVolumes, removeAnonymous } from '../volumes/remove-recorded.ts';
import type { Done } from './apply.ts';
import { awaitContainer, type Until } from './await-container.ts';
import { Abandoned } from './cancelled.ts';
import type { Materials } from './perform.ts';
import { tellAll } from './tell.ts';

type Act<Verb extends ContainerAction['verb']> = (
  context: Context,
  operation: Extract<ContainerAction, { readonly verb: Verb }>,
  materials: Materials & Until,
) => Promise<Done>;

/** Carries out one operation on a container by its row. */
export const performContainer = (
  context: Context,
  materials: Materials & Until,
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

  start: async (context, { container, boot }, materials) => {
    if (!boot) return start(context, container, materials);
    try {
      return await start(context, container, materials);
    } catch (error) {
      if (error instanceof Abandoned) throw error;
      return leaveToPolicy(context, container, error, materials);
    }
  },

  restart: async (context, { container }, materials) => {
    const { isStopped, detail: end } = await stop(context, container, materials, true);
    const { undo, detail: begin } = await start(context, container, materials);
    const done = { detail: [begin, end].filter(Boolean).join('; ') };
    return isStopped || !undo ? done : { ...done, undo };
  },

  stop: async (context, { container, revives, recreates, boot }, materials) => {
    const cause = boot ? 'stoppedForBoot' : 'stoppedByHand';
    const { isStopped, ...done } = await stop(context, container, materials, revives, cause);
    if (!revives || !isStopped) return done;
    const undo = async (): Promise<string | undefined> => {
      if (isTakenOver(materials.signal, recordOf(context, container).service)) return undefined;
      await start(context, container, materials);
      return recreates === undefined ? 'started again' : 'the one before was started again';
    };
    return { ...done, undo };
  },

  wait: (context, wait, { tell, ...until }) => awaitContainer(context, wait, until, tell),

  kill: async (context, { container, signal }) => {
    await killContainer(context, container, signal);
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
    await republish(context, container);
    return {
      detail: Object.values(addressesOn(recordOf(context, container), network)).join(', '),
      undo: () => disconnectContainer(context, container, network),
    };
  },

  disconnect: async (context, { container, network }) => {
    disconnectContainer(context, container, network);
    return {
      undo: () => {
        connectContainer(context, container, network);
        return republish(context, container);
      },
    };
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

const start = async (context: Context, name: string, { signal }: Materials): Promise<Done> => {
  const record = recordOf(context, name);
  const { pid } = await startByHand(context, record, signal).catch((error: unknown) => {
    throw signal.aborted && !(error instanceof Problem) ? new Abandoned() : error;
  });
  const detail = `PID 1 inside, ${pid} outside`;
  // Its policy would have started it without this call.
  if (isRestarting(record.state)) return { detail };
  return {
    detail,
    undo: async () => {
      await stopContainer(context, record, 0);
      note(context, name, { stoppedByHand: record.stoppedByHand });
    },
  };
};

/** A container that its policy starts again after a failure, and the others of the call go on. */
const leaveToPolicy = (context: Context, name: string, error: unknown, { tell }: Materials): Done => {
  concludeFailedStart(context, recordOf(context, name), error);
  const warnings = error instanceof Problem ? error.diagnostics.map(asWarning) : [];
  tellAll(warnings, tell);
  return { skipped: 'failed to start, and is tried again' };
};

const asWarning = ({ exitCode: _, ...diagnostic }: Diagnostic): Diagnostic => ({
  ...diagnostic,
  severity: 'warning',
});

/** Its ports lead to its address of now. */
const republish = async (context: Context, name: string): Promise<void> => {
  const running = context.running.get(name);
  if (running) await context.ports.publish(recordOf(context, name), running.pid);
};

/**
 * `isStopped`: the container was running before, or about to. Throws `Abandoned` if the call is cancelled, unless the container ends
 * and has to be started again.
 */
const stop = async (
  context: Context,
  name: string,
  { timeout, signal }: Materials,
  revives = false,
  cause?: StopCause,
): Promise<Done & { readonly isStopped: boolean }> => {
  const { definition, service, state } = recordOf(context, name);
  const grace = timeout ?? definition.stopGracePeriod;
  const running = context.running.get(name);
  const isStopped = isActive(state);
  const isPointless = (): boolean =>
    !revives ||
    isTakenOver(signal, service) ||
    (running !== undefined &&
      ignoresSignal(running.pid, requireSignal(definition.stopSignal).number, !definition.namespaces?.pid));
  const patience = { signal, isPointless };
  const { forced, hasEnded } = await stopContainer(context, recordOf(context, name), grace, patience, cause);
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
