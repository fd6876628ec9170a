import type { Context, Running } from '../../context/context.ts';
import { ensureBridge } from '../../networks/bridges.ts';
import type { ContainerRecord } from '../../record/project-record.ts';
import { startContainer } from '../start-container.ts';

/**
 * Starts a recorded container, once the bridges of its networks are there, and tells all listeners in the same turn: an
 * attached client opens the log before the container can be removed. Throws as `startContainer` does.
 */
export const startConnected = async (
  context: Context,
  record: ContainerRecord,
  signal?: AbortSignal,
): Promise<Running> => {
  for (const key of Object.keys(record.definition.networks))
    ensureBridge(context, context.record.networks[key]!);
  const running = await startContainer(context, record, signal);
  const { name, service, number } = record;
  const { pid } = running;
  context.emit({ type: 'container.started', container: name, service, number, pid, time: Date.now() });
  return running;
};
