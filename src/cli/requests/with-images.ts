import type { Choice } from '../../project/model/chosen-services.ts';
import { imagesOf } from '../../project/model/images-of.ts';
import type { Project } from '../../project/model/project.ts';

/**
 * The project with its images looked up, and what they say in its services. Throws a Problem if one of the chosen
 * services has none. Without images, nothing is loaded and nothing asked.
 */
export async function withImages(written: Project, choice: Choice): Promise<Project> {
  const project = await withArchives(written);
  if (!hasImages(project)) return project;
  const images = await import('../../engine/doors/images/found-images.ts');
  return images.withImages(project, choice);
}

/** Runs work that looks into the files of the images, such as for the IDs of users. */
export async function lookingInto<Result>(project: Project, work: () => Promise<Result>): Promise<Result> {
  if (!hasImages(project)) return work();
  const images = await import('../../engine/doors/images/found-images.ts');
  return images.lookingInto(project, work);
}

/** The project with images in the place of archives that `rootfs` names; a root that is a directory loads nothing. */
export async function withArchives(project: Project): Promise<Project> {
  if (!Object.values(project.services).some(({ rootfs }) => rootfs.kind === 'directory')) return project;
  const { withRootArchives } = await import('../../engine/doors/images/root-archives.ts');
  return withRootArchives(project);
}

export function hasImages({ services }: Project): boolean {
  return Object.values(services).some((service) => imagesOf(service).length > 0);
}
