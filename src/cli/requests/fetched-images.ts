import type { Diagnostic } from '../../base/diagnostic.ts';
import type { PullEvent } from '../../engine/doors/images/pull-images.ts';
import type { Choice } from '../../project/model/chosen-services.ts';
import type { Project } from '../../project/model/project.ts';
import type { Context } from '../command-context.ts';
import { pulled } from '../report/pulled.ts';
import { hasImages, withArchives, withImages } from './with-images.ts';

/** The options of `up`, `create` and `run` about images. */
export type PullChoices = { readonly pull?: string | undefined; readonly quietPull?: boolean | undefined };

/**
 * The project for a start: the images of the chosen services are fetched by their policies, looked up, and kept from
 * removal. A dry run prints the images that would be fetched; undefined if it cannot go on without them.
 */
export async function withFetchedImages(
  context: Context,
  written: Project,
  choice: Choice,
  { pull, quietPull }: PullChoices,
): Promise<Project | undefined> {
  const project = await withArchives(written);
  if (!hasImages(project)) return project;
  const { dueImages, fetchImages } = await import('../../engine/doors/images/fetched-images.ts');
  const asked = { ...choice, policy: pull === 'policy' ? undefined : pull };
  if (context.dryRun) {
    const due = dueImages(project, asked);
    for (const { image } of due) context.messages.say(`DRY-RUN MODE - Image ${image} Pulling`);
    return due.every(({ isHere }) => isHere) ? withImages(project, choice) : undefined;
  }
  const { environment } = context;
  const failures = await pulled(context, false, async (onEvent, signal) => {
    if (hasArchives(project)) {
      const { loadRootArchives } = await import('../../engine/doors/images/load-root-archives.ts');
      await loadRootArchives(project, choice, signal);
    }
    return fetchImages(project, {
      ...{ ...asked, environment, signal },
      onEvent: quietPull ? withoutLayers(onEvent) : onEvent,
    });
  });
  context.messages.show(failures.map(asWarning));
  const { withHeldImages } = await import('../../engine/doors/images/held-images.ts');
  const held = await withHeldImages(project, choice);
  // Whichever way this process ends, it has made its containers, or makes none any more.
  process.once('exit', held.release);
  return held.project;
}

export const asWarning = (diagnostic: Diagnostic): Diagnostic => ({ ...diagnostic, severity: 'warning' });

const hasArchives = ({ services }: Project): boolean =>
  Object.values(services).some(
    ({ rootfs }) => rootfs.kind === 'wanted-image' && rootfs.archive !== undefined,
  );

/** As in Docker Compose: what is fetched is said, and how far it has come is not. */
const withoutLayers =
  (onEvent: (event: PullEvent) => void) =>
  (event: PullEvent): void => {
    if (event.kind !== 'layer') onEvent(event);
  };
