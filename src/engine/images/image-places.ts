import { createHash } from 'node:crypto';
import { latest } from '../../base/lazy.ts';
import { rootId } from '../../images/store/stored-image.ts';
import { runDirectory, stateDirectory } from '../directories/project-paths.ts';

/** Where the files of an image appear, for all projects with one state directory. */
export type ImageMount = {
  /** `<run>/.images/<store>/<id>` */
  readonly mountPoint: string;
  /** Shared by the supervisors that use the mount. */
  readonly lock: string;
};

export const imageMount = (layers: readonly string[]): ImageMount => {
  const mountPoint = `${imageMounts()}/${rootId(layers)}`;
  return { mountPoint, lock: `${mountPoint}${LOCK}` };
};

/** The directory with the mounts of this state directory. Only root can enter it. */
export const imageMounts = (): string => `${runDirectory()}/.images/${storeName(stateDirectory())}`;

const storeName = latest((state: string) =>
  createHash('sha256').update(state).digest('hex').slice(0, STORE_NAME_LENGTH),
);

/** Follows the name of a mount point. */
export const LOCK = '.lock';
const STORE_NAME_LENGTH = 12;
