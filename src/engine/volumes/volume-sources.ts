import type { VolumeSource, VolumeSources } from '../../container/facts.ts';
import type { ImageMount } from '../../project/model/project.ts';
import { mountPointOf } from '../images/root-directory.ts';
import type { ContainerRecord } from '../record/project-record.ts';

/** The directories of the volumes and images of a container; `data` is the root of a volume. */
export const volumeSources = (
  { definition, volumes = {} }: Pick<ContainerRecord, 'definition' | 'volumes'>,
  data: (name: string) => string,
): VolumeSources =>
  new Map(
    definition.mounts.flatMap((mount) => {
      if (mount.kind === 'image') return [[mount.target, imageSource(mount)] as const];
      const name = volumes[mount.target];
      if (mount.kind !== 'volume' || name === undefined) return [];
      return [[mount.target, { name, data: data(name), ...partOf(mount) }] as const];
    }),
  );

/** The directory of an image that a container mounts. */
export const imageSource = (mount: ImageMount): VolumeSource => ({
  name: mount.image.reference,
  isImage: true,
  data: mountPointOf(mount.image),
  ...partOf(mount),
});

const partOf = ({ subpath }: { readonly subpath?: string }) => (subpath === undefined ? {} : { subpath });
