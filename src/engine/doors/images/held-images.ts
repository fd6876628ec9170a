import { hold } from '../../../images/store/lease.ts';
import { storeIn } from '../../../images/store/store.ts';
import { rootId } from '../../../images/store/stored-image.ts';
import type { Choice } from '../../../project/model/chosen-services.ts';
import { foundImagesOf } from '../../../project/model/images-of.ts';
import type { Project } from '../../../project/model/project.ts';
import { stateDirectory } from '../../directories/project-paths.ts';
import { withImages } from './found-images.ts';

export type HeldProject = {
  readonly project: Project;
  /** From now on, only the records of containers keep the images. */
  readonly release: () => void;
};

/**
 * `withImages` for containers that are about to be made: nobody removes the images before the release, or before the
 * end of this process.
 */
export const withHeldImages = async (project: Project, choice: Choice): Promise<HeldProject> => {
  for (;;) {
    const first = await withImages(project, choice);
    const digests = digestsOf(first);
    if (digests.length === 0) return { project: first, release: () => {} };
    const { release } = await hold(storeIn(stateDirectory()), digests);
    try {
      // An image may have been removed or replaced after it was found and before it was held.
      const found = await withImages(project, choice);
      if (digestsOf(found).join() === digests.join()) return { project: found, release };
    } catch (error) {
      release();
      throw error;
    }
    release();
  }
};

/** Everything in the store that the containers of a project need. */
const digestsOf = ({ services }: Project): readonly string[] =>
  Object.values(services)
    .flatMap(foundImagesOf)
    .flatMap(({ digest, id, layers }) => [digest, id, ...layers, rootId(layers)]);
