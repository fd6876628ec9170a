import type { NetworkPruneOptions } from '../commands/network-prune.ts';
import type { Invocation } from '../grammar/command.ts';
import { called, tellPlanned } from '../requests/dry-run.ts';
import { selectNetworks } from '../selection/network-selection.ts';
import { confirm } from '../terminal/confirm.ts';

/** The texts are those of Docker. */
export const networkPrune = async ({
  context,
  options: { filter, force },
}: Invocation<NetworkPruneOptions>): Promise<number> => {
  const { listNetworks, pruneNetworks } = await import('../../engine/doors/machine-networks.ts');
  const warning = 'WARNING! This will remove all custom networks not used by at least one container.\n';
  const isSure = force || context.dryRun || (await confirm(`${warning}Are you sure you want to continue?`));
  if (!isSure) return 0;
  const unused = selectNetworks(
    listNetworks().filter(({ isShared }) => isShared),
    filter,
  );
  const removed = pruneNetworks(unused, context.dryRun);
  tellPlanned(context, 'Removed', called('Network', removed), 'no container uses it');
  if (removed.length > 0) process.stdout.write(`Deleted Networks:\n${removed.join('\n')}\n\n`);
  return 0;
};
