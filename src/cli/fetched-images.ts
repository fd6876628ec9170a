import type { Diagnostic } from '../base/diagnostic.ts';
import type { Choice } from '../project/model/chosen-services.ts';
import type { Project } from '../project/model/project.ts';
import type { Context } from './command-context.ts';
import { pulled } from './report/pulled.ts';
import { hasImages, withImages } from './with-images.ts';

/** The options of `up`, `create` and `run` about images. */
export type PullChoices = { readonly pull?: string | undefined; readonly quietPull?: boolean | undefined };

/**
 * The project for a start: the images of the chosen services are fetched by their policies, looked up, and kept from
 * removal. A dry run prints the images that would be fetched; undefined if it cannot go on without them.
 */
export async function withFetchedImages(
  context: Context,
  project: Project,
  choice: Choice,
  { pull, quietPull }: PullChoices,
): Promise<Project | undefined> {
  if (!hasImages(project)) return project;
  const { dueImages, fetchImages } = await import('../engine/fetched-images.ts');
  const asked = { ...choice, policy: pull === 'policy' ? undefined : pull };
  if (context.dryRun) {
    const due = dueImages(project, asked);
    for (const { image } of due) context.messages.say(`DRY-RUN MODE - ${image}: would be pulled`);
    return due.every(({ isHere }) => isHere) ? withImages(project, choice) : undefined;
  }
  const { environment } = context;
  const failures = await pulled(context, quietPull ?? false, (onEvent, signal) =>
    fetchImages(project, { ...asked, environment, signal, onEvent }),
  );
  context.messages.show(failures.map(asWarning));
  const { withHeldImages } = await import('../engine/held-images.ts');
  const held = await withHeldImages(project, choice);
  // Whichever way this process ends, it has made its containers, or makes none any more.
  process.once('exit', held.release);
  return held.project;
}

export const asWarning = (diagnostic: Diagnostic): Diagnostic => ({ ...diagnostic, severity: 'warning' });
