import { type Diagnostic, Problem } from '../../../base/diagnostic.ts';
import { platformWarnings } from '../../../images/model/refusals.ts';
import { storeIn } from '../../../images/store/store.ts';
import type { StoredImage } from '../../../images/store/stored-image.ts';
import { type Choice, chosenServices } from '../../../project/model/chosen-services.ts';
import { imagesOf } from '../../../project/model/images-of.ts';
import type { Project } from '../../../project/model/project.ts';
import { stateDirectory } from '../../directories/project-paths.ts';
import type { PullOptions } from '../../images/pull.ts';
import { isDue, oncePerImage, platformOf, type Wish } from '../../images/wish.ts';
import { lookUpMount, lookUpRoot } from './found-images.ts';

export type FetchChoice = Choice & {
  /** Instead of the `pull_policy` of the services. */
  readonly policy?: string | undefined;
};

type Options = FetchChoice & Pick<PullOptions, 'environment' | 'signal' | 'onEvent'>;

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
 * Throws a Problem if one cannot be fetched, unless a service of the project has a build that makes it; and, before
 * anything is fetched, one with all that is wrong with the others.
 * @returns why images with a build could not be fetched
 */
export const fetchImages = async (project: Project, options: Options): Promise<readonly Diagnostic[]> => {
  checkWanted(project, options);
  const due = dueWishes(project, options);
  if (due.length === 0) return [];
  const { pullImages } = await import('./pull-images.ts');
  const built = new Set(
    wantedImages(project).flatMap(({ wanted }) => (wanted.isBuilt ? wanted.reference : [])),
  );
  const failures = await pullImages(due, { ...options, mayFail: (image) => built.has(image) });
  return [...failures.values()].flat();
};

const dueWishes = (project: Project, choice: FetchChoice): readonly Wish[] => {
  const wishes = chosenImages(project, choice).map(({ wish }) => wish);
  return oncePerImage(wishes.filter(isDue(storeIn(stateDirectory()))));
};

/** Images that are not to be fetched are looked up, as they will be for a start. */
const checkWanted = (project: Project, { onEvent = () => {}, ...choice }: Options): void => {
  const isFetched = isDue(storeIn(stateDirectory()));
  const problems = chosenImages(project, choice).flatMap(({ service, mount, wish }) => {
    if (isFetched(wish)) return [];
    const warn = ({ platform }: StoredImage): void => {
      const [warning] = platformWarnings(wish.reference, platformOf(wish), platform);
      if (warning)
        onEvent({ kind: 'warning', image: wish.reference, warning: { from: wish.from!, ...warning } });
    };
    const found = mount ? lookUpMount(mount) : lookUpRoot(project.services[service]!, warn);
    return found instanceof Problem ? found.diagnostics : [];
  });
  if (problems.length > 0) throw new Problem(...problems);
};

const chosenImages = (project: Project, { policy, ...choice }: FetchChoice) => {
  const chosen = new Set(chosenServices({ project, ...choice }));
  return wantedImages(project)
    .filter(({ service }) => chosen.has(service))
    .map((one) => {
      const { wanted, from } = one;
      const wish: Wish = { ...wanted, policy: policy ?? wanted.policy ?? 'missing', from };
      return { ...one, wish };
    });
};

const wantedImages = ({ services }: Project) =>
  Object.values(services).flatMap((service) =>
    imagesOf(service).flatMap(({ image, ...more }) =>
      image.kind === 'wanted-image' ? [{ service: service.name, wanted: image, ...more }] : [],
    ),
  );
