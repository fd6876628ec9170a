import { humanSize } from '../../base/text/human-size.ts';
import type { SystemPruneOptions } from '../commands/system-prune.ts';
import type { Invocation } from '../grammar/command.ts';
import { usage } from '../grammar/usage.ts';
import { called, tellPlanned } from '../requests/dry-run.ts';
import { suitsAll } from '../selection/image-selection.ts';
import { selectVolumes } from '../selection/volume-selection.ts';
import { confirm } from '../terminal/confirm.ts';

/** The form of the texts is that of Docker. */
export const systemPrune = async ({
  context,
  options: { all, filter, force, volumes },
}: Invocation<SystemPruneOptions>): Promise<number> => {
  const { listVolumes, pruneVolumes } = await import('../../engine/doors/volumes.ts');
  const { pruneUnusedImages } = await import('../../engine/doors/images/prune-images.ts');
  const { pruneFiles } = await import('../../engine/doors/system-prune.ts');
  const until = filter.flatMap((condition) => (condition.key === 'until' ? [condition.time] : []));
  const labels = filter.flatMap((condition) => (condition.key === 'label' ? [condition] : []));
  if (volumes && until.length > 0) throw usage(...VOLUMES_HAVE_NO_AGE);
  const kinds = until.length > 0 ? undefined : volumes ? 'all' : 'anonymous';
  const isSure = force || context.dryRun || (await confirm(warning(kinds, all === true)));
  if (!isSure) return 0;
  const files = await pruneFiles(context.dryRun, Math.min(...until));
  const unused = listVolumes().filter(
    (volume) => kinds && volume.isAbandoned && (volumes || volume.isAnonymous),
  );
  const pruned = await pruneVolumes(selectVolumes(unused, labels), context.dryRun);
  const images = await pruneUnusedImages(all === true, suitsAll(filter), context.dryRun);
  tellPlanned(context, 'Removed', called('Project', files.projects), 'its record is missing');
  tellPlanned(context, 'Removed', called('Volume', pruned.removed), 'no container uses it');
  tellPlanned(
    context,
    'Removed',
    called('Image', [...images.untagged, ...images.deleted]),
    'no container uses it',
  );
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

function warning(volumes: 'all' | 'anonymous' | undefined, all: boolean): string {
  return [
    'WARNING! This will remove:',
    '  - layers and logs of projects whose record is missing',
    ...(volumes ? [`  - ${volumes} volumes not used by at least one container`] : []),
    `  - ${all ? 'all' : 'dangling'} images not used by at least one container`,
    '  - files that killed processes have not deleted',
    '',
    'Are you sure you want to continue?',
  ].join('\n');
}

const VOLUMES_HAVE_NO_AGE = [
  '`--filter until=` cannot be used with `--volumes`: volumes have no age',
  'run `tscompose volume prune -a` for the volumes',
] as const;

function section(title: string, names: readonly string[]): readonly string[] {
  return names.length > 0 ? [`${title}:\n${names.join('\n')}\n\n`] : [];
}
