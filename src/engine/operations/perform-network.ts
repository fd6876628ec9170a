import type { NetworkAction, Operation } from '../../plan/plan.ts';
import type { Context } from '../context/context.ts';
import { type Addresses, addressesOn, withAddresses } from '../networks/addresses.ts';
import { blocksOf } from '../networks/blocks.ts';
import { ensureBridge, removeBridge } from '../networks/bridges.ts';
import { giveUpNetwork } from '../networks/machine/leave.ts';
import type { NetworkRecord } from '../record/project-record.ts';
import type { Done } from './apply.ts';
import type { Materials } from './perform.ts';
import { tellAll } from './tell.ts';

/** Makes, removes or replaces the bridge of a network, and moves the addresses of its containers with it. */
export const performNetwork = async (
  context: Context,
  { networks, moved = {}, tell }: Materials,
  { key, verb }: Operation & NetworkAction,
): Promise<Done> => {
  const known = context.record.networks[key];
  const others = known && verb === 'remove' ? giveUpNetwork(context, known) : [];
  tellAll(others, tell);
  if (known && verb !== 'create') removeBridge(context, known);
  if (verb === 'remove') {
    recordNetwork(context, key, undefined);
    // The words of Docker Compose.
    return others.length > 0 ? { skipped: 'Resource is still in use' } : {};
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
  return {
    detail: blocksOf(network)
      .map(({ subnet }) => subnet)
      .join(', '),
    undo,
  };
};

/** Records other addresses on a network; returns those that there were. */
const moveContainers = (
  { record }: Context,
  key: string,
  moved: Readonly<Record<string, Addresses>> = {},
): Readonly<Record<string, Addresses>> => {
  const before: Record<string, Addresses> = {};
  for (const [name, addresses] of Object.entries(moved)) {
    const container = record.containers[name];
    if (!container) continue;
    const had = addressesOn(container, key);
    if (had.ipv4 === addresses.ipv4 && had.ipv6 === addresses.ipv6) continue;
    before[name] = had;
    record.containers[name] = withAddresses(container, key, addresses);
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
