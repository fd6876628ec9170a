import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from './project.ts';

export type SmallFileSystem = {
  /** Leaves not a byte of it. */
  readonly fill: () => void;
  readonly free: () => void;
};

/** Lays a tmpfs of one megabyte on a directory of a scenario, which is taken down before the tmpfs goes. */
export async function onSmallFileSystem(
  project: Project,
  directory: string,
  body: (small: SmallFileSystem) => Promise<void>,
): Promise<void> {
  const filler = join(directory, 'filler');
  mkdirSync(directory, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=700', 'small', directory]);
  const free = (): void => rmSync(filler, { force: true });
  try {
    await body({
      fill: () => {
        for (const size of [65_536, 4096]) while (append(filler, size)) {}
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
