import { Problem } from '../../base/diagnostic.ts';
import type { Context } from '../context/context.ts';
import type { ContainerRecord } from '../record/project-record.ts';

/** Throws a Problem if anything uses the volume. */
export const removeVolume = async (context: Context, name: string): Promise<void> => {
  // The record on disk tells all projects which containers use a volume. It is written once for all volumes of a call.
  context.saveDue();
  await context.volumes.store.remove(name);
};

/** Removes volumes of a removed container; those that another container uses stay, as in Docker. */
export const removeAnonymous = async (context: Context, names: readonly string[]): Promise<void> => {
  for (const name of names)
    await removeVolume(context, name).catch((error: unknown) => {
      if (!(error instanceof Problem) || !error.diagnostics.every(({ code }) => STAYS.has(code))) throw error;
    });
};

const STAYS: ReadonlySet<string> = new Set(['volume-in-use', 'no-volume']);

/** The volumes to which nothing leads but the containers that have them, its own and those of `volumes_from`. */
export const anonymousVolumes = ({
  definition,
  volumes = {},
}: Pick<ContainerRecord, 'definition' | 'volumes'>): readonly string[] =>
  definition.mounts.flatMap((mount) =>
    mount.kind === 'volume' && (mount.volume === undefined || mount.isAnonymous)
      ? (volumes[mount.target] ?? [])
      : [],
  );
