import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { META_FILE } from '../erofs/files.ts';
import type { RootKind } from './image-root.ts';

/** Whether a directory has what a root of this kind needs. */
export const isBuilt = (kind: RootKind, directory: string): boolean =>
  existsSync(join(directory, kind === 'directory' ? '0' : META_FILE));
