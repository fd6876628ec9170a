import { Problem } from '../../../base/diagnostic.ts';
import { fetchImage } from '../../../images/fetch/fetch.ts';
import { openArchive } from '../../../images/sources/open-archive.ts';
import { openStore } from '../../../images/store/store.ts';
import { findImage } from '../../../images/store/stored-image.ts';
import { type Choice, chosenServices } from '../../../project/model/chosen-services.ts';
import type { Project, WantedImage } from '../../../project/model/project.ts';
import { stateDirectory } from '../../directories/project-paths.ts';
import { referenceOf } from '../../images/wish.ts';
import { requireRoot } from '../../supervisor/require-root.ts';

/** Brings the archives of the chosen services into the store, unless they are there. Throws a Problem with its place. */
export const loadRootArchives = async (
  project: Project,
  choice: Choice,
  signal?: AbortSignal,
): Promise<void> => {
  const chosen = new Set(chosenServices({ project, ...choice }));
  for (const { name, rootfs } of Object.values(project.services)) {
    if (!chosen.has(name) || rootfs.kind !== 'wanted-image' || rootfs.archive === undefined) continue;
    try {
      await load(rootfs, rootfs.archive, signal);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      throw new Problem(...error.diagnostics.map((each) => ({ from: `services.${name}.rootfs`, ...each })));
    }
  }
};

const load = async (
  { reference: text }: WantedImage,
  archive: string,
  signal: AbortSignal | undefined,
): Promise<void> => {
  requireRoot();
  const store = openStore(stateDirectory());
  const reference = referenceOf(text);
  if (findImage(store, reference)) return;
  const { source, isRoot, close } = await openArchive(store, archive);
  try {
    if (!isRoot) throw notRoot(archive);
    await fetchImage(store, source, reference, {
      ...{ which: source.offered[0]!.which, largest: () => Number.POSITIVE_INFINITY },
      ...(signal && { signal }),
    });
  } finally {
    await close();
  }
};

const notRoot = (archive: string): Problem =>
  new Problem({
    severity: 'error',
    code: 'rootfs-missing',
    message: 'the archive holds images, and not the files of a root directory',
    notes: [`looked at ${archive}`],
    help: 'bring its images with `tscompose load`, and name one of them in `image:`',
  });
