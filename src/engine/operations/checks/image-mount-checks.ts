import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { Project } from '../../../project/model/project.ts';
import { mountPointOf } from '../../images/root-directory.ts';
import { entryInside } from '../../volumes/file-inside.ts';

/** Parts of images that services mount and that the images do not have; the images are mounted meanwhile. */
export const imageMountProblems = ({ services }: Project): readonly Diagnostic[] =>
  Object.values(services).flatMap(({ mounts }) =>
    mounts.flatMap((mount): readonly Diagnostic[] => {
      if (mount.kind !== 'image' || mount.subpath === undefined) return [];
      if (entryInside(mountPointOf(mount.image), mount.subpath)) return [];
      return [
        {
          severity: 'error',
          code: 'invalid-value',
          message: `the image \`${mount.image.reference}\` has no \`${mount.subpath}\``,
          from: `${mount.from}.image.subpath`,
          help: 'give the path of a file or directory of the image, without a `/` at its beginning',
        },
      ];
    }),
  );
