import { type Diagnostic, type ModelPath, Problem } from '../../../base/diagnostic.ts';
import { storeIn } from '../../../images/store/store.ts';
import { findImage, type StoredImage } from '../../../images/store/stored-image.ts';
import { type Choice, chosenServices } from '../../../project/model/chosen-services.ts';
import { foundImagesOf, imagesOf, wantsImages } from '../../../project/model/images-of.ts';
import type { ImageMount, Project, Service } from '../../../project/model/project.ts';
import { stateDirectory } from '../../directories/project-paths.ts';
import { isReady } from '../../images/ready-root.ts';
import {
  archiveNotRead,
  imageNotThere,
  mountedImageNotThere,
  notBuilt,
} from '../../images/wanted-refusals.ts';
import { whileMounted } from '../../images/while-mounted.ts';
import { platformOf, referenceOf } from '../../images/wish.ts';
import { withImage } from '../../images/with-image.ts';

/**
 * The project with the images of the chosen services, looked up in the store of this machine, and with what they say of
 * the services. Other services whose images are not there, or have never been mounted, are left out like inactive ones:
 * their containers stay. Throws a Problem with all that is wrong, and changes nothing then.
 */
export const withImages = async (
  project: Project,
  { signal, ...choice }: Choice & { readonly signal?: AbortSignal },
): Promise<Project> => {
  const wanting = Object.values(project.services).filter(wantsImages);
  if (wanting.length === 0) return project;
  const chosen = new Set(chosenServices({ project, ...choice }));
  const found = new Map<string, Service>();
  const problems: Diagnostic[] = [];
  for (const service of wanting) {
    const isChosen = chosen.has(service.name);
    const result = lookUp(service);
    if (result instanceof Problem) problems.push(...(isChosen ? result.diagnostics : []));
    else if (isChosen || (await hasRoots(result))) found.set(service.name, result);
  }
  if (problems.length > 0) throw new Problem(...problems);
  for (const service of found.values())
    if (chosen.has(service.name)) problems.push(...(await makeRootsOf(service, signal)));
  if (problems.length > 0) throw new Problem(...problems);
  return withServices(project, found);
};

/** The service with its images, and with what that of its root says; their files may not be ready to be mounted yet. */
const lookUp = (service: Service): Service | Problem => {
  const mounts = service.mounts.map((mount) => (mount.kind === 'image' ? lookUpMount(mount) : mount));
  const found = mounts.flatMap((mount) => (mount instanceof Problem ? [] : [mount]));
  const root = lookUpRoot({ ...service, mounts: found });
  const problems = [root, ...mounts].flatMap((one) => (one instanceof Problem ? one.diagnostics : []));
  return problems.length > 0 ? new Problem(...problems) : root;
};

/** The mount with its image. */
export const lookUpMount = (mount: ImageMount): ImageMount | Problem => {
  if (mount.image.kind === 'image') return mount;
  const from: ModelPath = `${mount.from}.source`;
  const image = findImage(storeIn(stateDirectory()), referenceOf(mount.image.reference));
  if (!image) return new Problem(mountedImageNotThere(from, mount.image));
  const { id, digest, layers } = image;
  return { ...mount, image: { kind: 'image', reference: mount.image.reference, id, digest, layers } };
};

/** The service with what the image of its root says. */
export const lookUpRoot = (
  service: Service,
  onImage: (image: StoredImage) => void = () => {},
): Service | Problem => {
  const wanted = service.rootfs;
  if (wanted.kind !== 'wanted-image') return service;
  try {
    const store = storeIn(stateDirectory());
    const image = findImage(store, referenceOf(wanted.reference), platformOf(wanted));
    if (!image && wanted.archive !== undefined) throw new Problem(archiveNotRead(service.name, wanted));
    if (!image)
      throw new Problem(
        wanted.isBuilt ? notBuilt(service.name, wanted) : imageNotThere(service.name, wanted),
      );
    onImage(image);
    return withImage(service, wanted, image);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
};

// They make system calls: a machine without the image, or without Linux, does not load what makes them.
const hasRoots = async (service: Service): Promise<boolean> => {
  const store = storeIn(stateDirectory());
  const unsure = foundImagesOf(service).filter(({ layers }) => !isReady(store, layers));
  if (unsure.length === 0) return true;
  const { isMade } = await import('../../images/stored-root.ts');
  return unsure.every(({ layers }) => isMade(store, layers));
};

const makeRootsOf = async (
  service: Service,
  signal: AbortSignal | undefined,
): Promise<readonly Diagnostic[]> => {
  const store = storeIn(stateDirectory());
  const problems: Diagnostic[] = [];
  for (const { image, from } of imagesOf(service)) {
    if (image.kind !== 'image' || isReady(store, image.layers)) continue;
    const { makeRoot } = await import('../../images/stored-root.ts');
    try {
      await makeRoot(store, image.layers, signal);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problems.push(
        ...error.diagnostics.map(
          ({ facts = [], ...each }): Diagnostic => ({
            from,
            help: 'no container can run on it: choose another version, and tell its owner',
            ...each,
            facts: [...facts, ['image', image.reference]],
          }),
        ),
      );
    }
  }
  return problems;
};

const withServices = (project: Project, found: ReadonlyMap<string, Service>): Project => {
  const absent = Object.values(project.services)
    .filter((service) => wantsImages(service) && !found.has(service.name))
    .map(({ name }) => name);
  const services = Object.values(project.services).filter(({ name }) => !absent.includes(name));
  return {
    ...project,
    services: Object.fromEntries(
      services.map((service) => [
        service.name,
        withoutDependencies(found.get(service.name) ?? service, absent),
      ]),
    ),
    inactive: [...project.inactive, ...absent],
  };
};

const withoutDependencies = (service: Service, absent: readonly string[]): Service => ({
  ...service,
  dependsOn: Object.fromEntries(Object.entries(service.dependsOn).filter(([name]) => !absent.includes(name))),
});

/** Runs work that looks into the images of a project, such as for the IDs of users; only root can mount them. */
export const lookingInto = async <Result>(project: Project, work: () => Promise<Result>): Promise<Result> => {
  if (process.geteuid?.() !== 0) return work();
  const { openImageMounts } = await import('../../images/image-mounts.ts');
  return whileMounted(openImageMounts(), project, work);
};
