import { requireSignal } from '../../base/signal.ts';
import type { ContainerAction, NetworkAction, Operation } from '../../plan/plan.ts';
import { removeContainer, signalContainer, startContainer, stopContainer } from '../containers/lifecycle.ts';
import { ensureBridge, removeBridge } from '../networks/bridges.ts';
import type { Context } from '../supervisor/context.ts';
import type { ContainerRecord, NetworkRecord } from '../supervisor/record/project-record.ts';
import type { Done, Perform } from './apply.ts';
import type { Tell } from './tell.ts';

/** What a plan is carried out with: the records of what it is to make, and how long a stop may take. */
export type Materials = {
  readonly networks: Readonly<Record<string, NetworkRecord>>;
  /** By the container's full name. */
  readonly containers: Readonly<Record<string, ContainerRecord>>;
  /** Milliseconds that replace every `stop_grace_period`. */
  readonly timeout?: number;
  readonly tell: Tell;
};

/** Does one operation, and says how to undo it. */
export const performer =
  (context: Context, materials: Materials): Perform =>
  (operation) =>
    operation.kind === 'network'
      ? performNetwork(context, materials, operation)
      : performContainer(context, materials, operation);

const performNetwork = async (
  context: Context,
  { networks }: Materials,
  operation: Operation & NetworkAction,
): Promise<Done> => {
  const { key, verb } = operation;
  const old = context.record.networks[key];
  if (old && verb !== 'create') removeBridge(context, old);
  if (verb === 'remove') {
    delete context.record.networks[key];
    context.saveSoon();
    return {};
  }
  const network = networks[key]!;
  context.record.networks[key] = network;
  context.save();
  ensureBridge(context, network);
  return {
    detail: network.subnet,
    undo: () => {
      removeBridge(context, network);
      delete context.record.networks[key];
      context.saveSoon();
    },
  };
};

const performContainer = async (
  context: Context,
  materials: Materials,
  operation: Operation & ContainerAction,
): Promise<Done> => {
  const name = operation.container;
  const record = context.record.containers[name];
  switch (operation.verb) {
    case 'create':
      // Recorded with all others before the first operation, so that each knows the names of all.
      return { undo: () => removeContainer(context, name) };
    case 'recreate':
      return recreate(context, materials, operation.replaces, name);
    case 'start':
      return start(context, record!, materials);
    case 'restart':
      await stop(context, record!, materials);
      return start(context, context.record.containers[name]!, materials);
    case 'stop':
      return stop(context, record!, materials);
    case 'kill':
      signalContainer(context, name, operation.signal);
      if (requireSignal(operation.signal).name === 'SIGKILL') await context.running.get(name)?.ended;
      return {};
    case 'remove':
      await removeContainer(context, name);
      return {};
  }
};

const recreate = async (context: Context, materials: Materials, old: string, name: string): Promise<Done> => {
  const before = context.record.containers[old];
  if (before) await stop(context, before, materials);
  // Its successor does not wait until its layer is gone; the call does.
  void removeContainer(context, old);
  context.record.containers[name] = materials.containers[name]!;
  context.save();
  return { undo: () => removeContainer(context, name) };
};

const start = async (context: Context, record: ContainerRecord, materials: Materials): Promise<Done> => {
  for (const key of Object.keys(record.definition.networks))
    ensureBridge(context, context.record.networks[key]!);
  const { pid } = await startContainer(context, record);
  materials.tell({
    type: 'container.started',
    container: record.name,
    service: record.service,
    number: record.number,
    pid,
    time: Date.now(),
  });
  return {
    detail: `PID 1 inside, ${pid} outside`,
    undo: async () => {
      await stopContainer(context, record, 0);
    },
  };
};

const stop = async (context: Context, record: ContainerRecord, { timeout }: Materials): Promise<Done> => {
  const grace = timeout ?? record.definition.stopGracePeriod;
  const { forced } = await stopContainer(context, record, grace);
  if (!forced || grace === 0) return {};
  return {
    detail: `killed after ${grace / 1000} s: its PID 1 did not end at ${record.definition.stopSignal}`,
  };
};
