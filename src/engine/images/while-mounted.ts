import { randomBytes } from 'node:crypto';
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
    for (const { rootfs } of Object.values(services)) await images.begin(user, rootfs);
    return await work();
  } finally {
    images.end(user);
  }
};
