import { type Diagnostic, Problem } from '../base/diagnostic.ts';
import { readPlatform } from '../images/platform.ts';
import { readReference } from '../images/reference.ts';
import { storeIn } from '../images/store/store.ts';
import { type Choice, chosenServices } from '../project/model/chosen-services.ts';
import type { Project, WantedImage } from '../project/model/project.ts';
import type { PullEvent, PullOptions } from './images/pull.ts';
import { isDue, keyOf, type Wish } from './images/wish.ts';
import { stateDirectory } from './supervisor/project-paths.ts';

export type FetchChoice = Choice & {
  /** Instead of the `pull_policy` of the services. */
  readonly policy?: string | undefined;
};

export type DueImage = {
  /** As it is written. */
  readonly image: string;
  /** It is here, and its registry is asked for a newer one. */
  readonly isHere: boolean;
};

/** The images of the chosen services that `fetchImages` would fetch now. Asks nobody. */
export const dueImages = (project: Project, choice: FetchChoice): readonly DueImage[] => {
  const isMissing = isDue(storeIn(stateDirectory()));
  return dueWishes(project, choice).map((wish) => ({
    image: wish.reference,
    isHere: !isMissing({ ...wish, policy: 'missing' }),
  }));
};

/**
 * Fetches the images of the chosen services by their policies, all at the same time. If none is due, nobody is asked.
 * Throws a Problem if one cannot be fetched, unless a service of the project has a build that makes it.
 * @returns why images with a build could not be fetched
 */
export const fetchImages = async (
  project: Project,
  { onEvent, ...options }: FetchChoice & Pick<PullOptions, 'environment' | 'signal' | 'onEvent'>,
): Promise<readonly Diagnostic[]> => {
  const due = dueWishes(project, options);
  if (due.length === 0) return [];
  const { pullImages } = await import('./pull-images.ts');
  const built = new Set(
    wantedImages(project).flatMap(({ wanted }) => (wanted.isBuilt ? wanted.reference : [])),
  );
  let failed: string | undefined;
  try {
    const failures = await pullImages(due, {
      ...options,
      mayFail: (image) => built.has(image),
      onEvent: (event: PullEvent) => {
        if (event.kind === 'failed') failed = event.image;
        onEvent?.(event);
      },
    });
    return [...failures].flatMap(([image, diagnostics]) => placed(project, image, diagnostics));
  } catch (error) {
    if (!(error instanceof Problem) || failed === undefined) throw error;
    throw new Problem(...placed(project, failed, error.diagnostics));
  }
};

const dueWishes = (project: Project, { policy, ...choice }: FetchChoice): readonly Wish[] => {
  const chosen = new Set(chosenServices({ project, ...choice }));
  const wishes = wantedImages(project)
    .filter(({ service, wanted }) => chosen.has(service) && isReadable(wanted))
    .map(({ wanted }): Wish => ({ ...wanted, policy: policy ?? wanted.policy ?? 'missing' }));
  const store = storeIn(stateDirectory());
  return [...new Map(wishes.filter(isDue(store)).map((wish) => [keyOf(wish), wish])).values()];
};

const wantedImages = ({ services }: Project) =>
  Object.values(services).flatMap(({ name, rootfs }) =>
    rootfs.kind === 'wanted-image' ? [{ service: name, wanted: rootfs }] : [],
  );

/** The look into the store refuses the others, with their places. */
const isReadable = ({ reference, platform }: WantedImage): boolean =>
  'reference' in readReference(reference) && (platform === undefined || readPlatform(platform) !== undefined);

const placed = (
  project: Project,
  image: string,
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] => {
  const from = wantedImages(project).find(({ wanted }) => wanted.reference === image);
  return diagnostics.map((each) => ({ ...(from && { from: `services.${from.service}.image` }), ...each }));
};
