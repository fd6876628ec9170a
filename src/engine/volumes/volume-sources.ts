import type { VolumeSources } from '../../container/facts.ts';
import type { ContainerRecord } from '../supervisor/record/project-record.ts';

/** The directories of the volumes of a container; `data` is the root of a volume. */
export const volumeSources = (
  { definition, volumes = {} }: Pick<ContainerRecord, 'definition' | 'volumes'>,
  data: (name: string) => string,
): VolumeSources =>
  new Map(
    definition.mounts.flatMap((mount) => {
      const name = volumes[mount.target];
      if (mount.kind !== 'volume' || name === undefined) return [];
      const { target, subpath } = mount;
      return [[target, { name, data: data(name), ...(subpath !== undefined && { subpath }) }] as const];
    }),
  );
