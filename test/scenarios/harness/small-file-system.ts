import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from './project.ts';

export type SmallFileSystem = {
  /** Leaves neither a byte of it nor an inode. */
  readonly fill: () => void;
  readonly free: () => void;
};

/** Lays a tmpfs of one megabyte and 500 inodes on a directory of a scenario, which is taken down before the tmpfs goes. */
export async function onSmallFileSystem(
  project: Project,
  directory: string,
  body: (small: SmallFileSystem) => Promise<void>,
): Promise<void> {
  const filler = join(directory, '.filler');
  mkdirSync(directory, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,nr_inodes=500,mode=700', 'small', directory]);
  const free = (): void => rmSync(filler, { recursive: true, force: true });
  try {
    await body({
      fill: () => {
        mkdirSync(filler);
        for (const size of [65_536, 4096]) while (append(join(filler, 'bytes'), size)) {}
        for (let count = 0; append(join(filler, String(count)), 0); count++) {}
      },
      free,
    });
  } finally {
    free();
    try {
      await project.takeDown();
    } finally {
      execFileSync('umount', ['--lazy', directory]);
    }
  }
}

const append = (file: string, size: number): boolean => {
  try {
    appendFileSync(file, Buffer.alloc(size));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    return false;
  }
};
