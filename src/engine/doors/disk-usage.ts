import { join } from 'node:path';
import { stateDirectory } from '../directories/project-paths.ts';
import { namesIfThere } from '../directories/read-if-there.ts';
import { projectItems, type StoredItem } from '../disk/project-items.ts';
import { machineTrash } from '../disk/trash-paths.ts';
import { treeSize } from '../disk/tree-size.ts';
import { volumePaths } from '../volumes/volume-paths.ts';
import { layerSizes } from './images/image-history.ts';
import { listImages } from './images/list-images.ts';
import { listVolumes } from './volumes.ts';

export type UsageKind = 'Images' | 'Layers' | 'Volumes' | 'Logs' | 'Trash';

export type UsageItem = {
  /** Of the container or of the volume; the path of something in the trash. */
  readonly name: string;
  readonly project: string | undefined;
  /** The number of containers that use it. */
  readonly links: number;
  /** A running container has it; a volume is used by any container. */
  readonly isActive: boolean;
  /** `system prune --volumes --all` removes it. */
  readonly isReclaimable: boolean;
  readonly bytes: number;
};

/** The content of the state directory of this machine, with sizes on the disk. */
export const diskUsage = async (): Promise<Readonly<Record<UsageKind, readonly UsageItem[]>>> => {
  const state = stateDirectory();
  const volumes = listVolumes().map((volume): StoredItem & { readonly links: number } => ({
    name: volume.name,
    project: volume.project,
    paths: [volumePaths(state).directory(volume.name)],
    links: volume.uses.length,
    isActive: !volume.isUnused,
    isReclaimable: volume.isAbandoned,
  }));
  const projects = namesIfThere(state).map((name) => projectItems(name));
  const trash = [...projects.flatMap((project) => project.trash), ...machineTrash(state)];
  return {
    Images: imageItems(),
    Layers: await measured(projects.flatMap(({ layers }) => layers)),
    Volumes: await measured(volumes),
    Logs: await measured(projects.flatMap(({ logs }) => logs)),
    Trash: await measured(
      trash.map((path) => ({
        name: path.slice(join(state, '/').length),
        project: undefined,
        paths: [path],
        links: 0,
        isActive: false,
        isReclaimable: true,
      })),
    ),
  };
};

/** A layer that several images have counts once, for the first of them: the sizes add up to those on the disk. */
const imageItems = (): readonly UsageItem[] => {
  const counted = new Set<string>();
  return listImages().map((image) => ({
    name: image.names[0] ?? image.id,
    project: undefined,
    links: image.uses.length,
    isActive: image.uses.length > 0,
    isReclaimable: image.uses.length === 0,
    bytes: layerSizes(image).reduce((sum, { layer, bytes }) => {
      const isNew = !counted.has(layer);
      counted.add(layer);
      return isNew ? sum + bytes : sum;
    }, 0),
  }));
};

/** One after the other, so that a machine with many containers is not slowed down. */
const measured = async (
  items: readonly (StoredItem & { readonly links?: number })[],
): Promise<readonly UsageItem[]> => {
  const found: UsageItem[] = [];
  for (const { paths, ...item } of items) {
    let bytes = 0;
    for (const path of paths) bytes += await treeSize(path);
    found.push({ links: item.isActive ? 1 : 0, ...item, bytes });
  }
  return found;
};
