import { humanSize } from '../../base/text/human-size.ts';
import type { VolumePruneOptions } from '../commands/volume-prune.ts';
import type { Invocation } from '../grammar/command.ts';
import { called, tellPlanned } from '../requests/dry-run.ts';
import { selectVolumes } from '../selection/volume-selection.ts';
import { confirm } from '../terminal/confirm.ts';

/** The texts are those of Docker. */
export const volumePrune = async ({
  context,
  options: { all, filter, force },
}: Invocation<VolumePruneOptions>): Promise<number> => {
  const { listVolumes, pruneVolumes } = await import('../../engine/doors/volumes.ts');
  const isAll = all || filter.some((each) => each.key === 'all' && each.all);
  const kind = isAll ? 'all' : 'anonymous';
  const warning = `WARNING! This will remove ${kind} local volumes not used by at least one container.\n`;
  const isSure = force || context.dryRun || (await confirm(`${warning}Are you sure you want to continue?`));
  if (!isSure) return 0;
  const unused = selectVolumes(
    listVolumes().filter(({ isUnused, isAnonymous }) => isUnused && (isAll || isAnonymous)),
    filter,
  );
  const { removed, bytes, problems } = await pruneVolumes(unused, context.dryRun);
  tellPlanned(context, 'Removed', called('Volume', removed), 'no container uses it');
  const list = removed.length > 0 ? `Deleted Volumes:\n${removed.join('\n')}\n\n` : '';
  process.stdout.write(`${list}Total reclaimed space: ${humanSize(bytes)}\n`);
  context.messages.show(problems);
  return problems.length > 0 ? 1 : 0;
};
