import { randomBytes } from 'node:crypto';
import { foundImagesOf } from '../../project/model/images-of.ts';
import type { Project } from '../../project/model/project.ts';
import type { ImageMounts } from './image-mounts.ts';

/** Runs work while the images of a project are mounted: checks before a start look into them. */
export const whileMounted = async <Result>(
  images: ImageMounts,
  { services }: Pick<Project, 'services'>,
  work: () => Promise<Result>,
): Promise<Result> => {
  // No name of a container.
  const user = `/${randomBytes(6).toString('hex')}`;
  try {
    for (const service of Object.values(services)) await images.begin(user, foundImagesOf(service));
    return await work();
  } finally {
    images.end(user);
  }
};
