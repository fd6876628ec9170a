import { type Diagnostic, Problem } from '../base/diagnostic.ts';
import { readPlatform } from '../images/platform.ts';
import { readReference } from '../images/reference.ts';
import { storeIn } from '../images/store/store.ts';
import { findImage } from '../images/store/stored-image.ts';
import { type Choice, chosenServices } from '../project/model/chosen-services.ts';
import type { Project, Service, WantedImage } from '../project/model/project.ts';
import { imageNotThere, invalidName, invalidPlatform, notBuilt } from './images/wanted-refusals.ts';
import { whileMounted } from './images/while-mounted.ts';
import { withImage } from './images/with-image.ts';
import { stateDirectory } from './supervisor/project-paths.ts';

/**
 * The project with the images of the chosen services, looked up in the store of this machine, and with what they say of
 * the services. Other services whose images are not there are left out like inactive ones: their containers stay. Throws
 * a Problem with all that is wrong, and changes nothing then.
 */
export const withImages = async (
  project: Project,
  { signal, ...choice }: Choice & { readonly signal?: AbortSignal },
): Promise<Project> => {
  const wanting = Object.values(project.services).filter(({ rootfs }) => rootfs.kind === 'wanted-image');
  if (wanting.length === 0) return project;
  const chosen = new Set(chosenServices({ project, ...choice }));
  const found = new Map<string, Service>();
  const problems: Diagnostic[] = [];
  for (const service of wanting) {
    const result = await lookUp(service, signal);
    if (!(result instanceof Problem)) found.set(service.name, result);
    else if (chosen.has(service.name)) problems.push(...result.diagnostics);
  }
  if (problems.length > 0) throw new Problem(...problems);
  return withServices(project, found);
};

const lookUp = async (service: Service, signal: AbortSignal | undefined): Promise<Service | Problem> => {
  const wanted = service.rootfs as WantedImage;
  try {
    const read = readReference(wanted.reference);
    if ('must' in read) throw new Problem(invalidName(service.name, wanted, read));
    const platform = wanted.platform === undefined ? undefined : readPlatform(wanted.platform);
    if (wanted.platform !== undefined && !platform)
      throw new Problem(invalidPlatform(service.name, wanted.platform));
    const store = storeIn(stateDirectory());
    const image = findImage(store, read.reference, platform);
    if (!image)
      throw new Problem(
        wanted.isBuilt ? notBuilt(service.name, wanted) : imageNotThere(service.name, wanted),
      );
    const merged = withImage(service, wanted, image);
    // It makes system calls: a machine without the image, or without Linux, does not load what makes them.
    const { makeRoot } = await import('./images/stored-root.ts');
    await makeRoot(store, image.layers, signal);
    return merged;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
};

const withServices = (project: Project, found: ReadonlyMap<string, Service>): Project => {
  const absent = Object.values(project.services)
    .filter(({ name, rootfs }) => rootfs.kind === 'wanted-image' && !found.has(name))
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
  const { openImageMounts } = await import('./images/image-mounts.ts');
  return whileMounted(openImageMounts(), project, work);
};
