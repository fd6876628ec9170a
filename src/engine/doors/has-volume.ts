import { lstatSync } from 'node:fs';
import { stateDirectory } from '../directories/project-paths.ts';
import { volumePaths } from '../volumes/volume-paths.ts';

/** Whether this machine has a volume of the name, as far as this user can see. */
export const hasVolume = (name: string): boolean => {
  try {
    lstatSync(volumePaths(stateDirectory()).directory(name));
    return true;
  } catch {
    return false;
  }
};
