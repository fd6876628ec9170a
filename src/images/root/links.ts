import { symlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes the links `0`, `1`, … by which `rootSteps` finds the directories of the layers, in the directory of a root. */
export const linkLayers = async (layers: readonly string[], directory: string): Promise<void> => {
  for (const [index, layer] of layers.entries()) await symlink(layer, join(directory, String(index)));
};
