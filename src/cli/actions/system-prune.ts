import { humanSize } from '../../base/human-size.ts';
import type { SystemPruneOptions } from '../commands/system-prune.ts';
import { confirm } from '../confirm.ts';
import type { Invocation } from '../grammar/command.ts';
import { suitsAll } from '../image-selection.ts';
import { selectVolumes } from '../volume-selection.ts';

/** The form of the texts is that of Docker. */
export const systemPrune = async ({
  context,
  options: { all, filter, force, volumes },
}: Invocation<SystemPruneOptions>): Promise<number> => {
  const { listVolumes, pruneVolumes } = await import('../../engine/volumes.ts');
  const { pruneUnusedImages } = await import('../../engine/images.ts');
  const { pruneFiles } = await import('../../engine/system-prune.ts');
  const withNamed = volumes || all;
  if (!force && !(await confirm(warning(withNamed === true, all === true)))) return 0;
  const files = await pruneFiles(context.dryRun);
  const unused = listVolumes().filter((volume) => volume.isAbandoned && (withNamed || volume.isAnonymous));
  const pruned = await pruneVolumes(selectVolumes(unused, filter), context.dryRun);
  const labels = filter.flatMap((condition) => (condition.key === 'label' ? [condition] : []));
  const images = await pruneUnusedImages(all === true, suitsAll(labels), context.dryRun);
  process.stdout.write(
    [
      ...section('Deleted Projects', files.projects),
      ...section('Deleted Volumes', pruned.removed),
      ...section('Deleted Images', [...images.untagged, ...images.deleted]),
      `Total reclaimed space: ${humanSize(files.bytes + pruned.bytes + images.bytes)}\n`,
    ].join(''),
  );
  const problems = [...files.problems, ...pruned.problems, ...images.problems];
  context.messages.show(problems);
  return problems.length > 0 ? 1 : 0;
};

function warning(withNamed: boolean, all: boolean): string {
  return [
    'WARNING! This will remove:',
    '  - layers and logs of projects whose record is missing',
    `  - ${withNamed ? 'all' : 'anonymous'} volumes not used by at least one container`,
    `  - ${all ? 'all' : 'dangling'} images not used by at least one container`,
    '  - files that killed processes have not deleted',
    '',
    'Are you sure you want to continue?',
  ].join('\n');
}

function section(title: string, names: readonly string[]): readonly string[] {
  return names.length > 0 ? [`${title}:\n${names.join('\n')}\n\n`] : [];
}
