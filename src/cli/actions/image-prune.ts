import { humanSize } from '../../base/text/human-size.ts';
import type { ImagePruneOptions } from '../commands/image-prune.ts';
import type { Invocation } from '../grammar/command.ts';
import { called, tellPlanned } from '../requests/dry-run.ts';
import { suitsAll } from '../selection/image-selection.ts';
import { confirm } from '../terminal/confirm.ts';

/** The texts are those of Docker. */
export const imagePrune = async ({
  context,
  options: { all = false, filter, force },
}: Invocation<ImagePruneOptions>): Promise<number> => {
  const { pruneImages } = await import('../../engine/doors/images/prune-images.ts');
  const kind = all ? 'all images without at least one container associated to them' : 'all dangling images';
  const warning = `WARNING! This will remove ${kind}.\n`;
  const isSure = force || context.dryRun || (await confirm(`${warning}Are you sure you want to continue?`));
  if (!isSure) return 0;
  const { untagged, deleted, bytes } = await pruneImages(all, suitsAll(filter), context.dryRun);
  const because = all ? 'no container uses it' : 'it has no name';
  tellPlanned(context, 'Removed', called('Image', [...untagged, ...deleted]), because);
  const lines = [...untagged.map((name) => `untagged: ${name}`), ...deleted.map((id) => `deleted: ${id}`)];
  const list = lines.length > 0 ? `Deleted Images:\n${lines.join('\n')}\n\n` : '';
  process.stdout.write(`${list}Total reclaimed space: ${humanSize(bytes)}\n`);
  return 0;
};
