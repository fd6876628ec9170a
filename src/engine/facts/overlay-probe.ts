import { close, closeSync, mkdirSync, rmdir, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { execute, NO_REFERENCES } from '../../kernel/launch/execute.ts';
import { errnoName } from '../../kernel/program/errno.ts';
import { type Call, call, type Ref } from '../../kernel/program/program.ts';
import type { Trash } from '../trash/trash.ts';

/**
 * Whether a directory can hold the upper layer of an overlay, tested with overlayfs itself: the file system is created
 * and never mounted. Undefined if it can, otherwise the error. Overlays, NFS and FAT, for instance, cannot.
 */
export const overlayProblem = (directory: string, clear: Clear = clearNow): string | undefined => {
  const probe = join(directory, `.probe-${process.pid}`);
  const values = new Map<Ref, number>();
  let fs: number | undefined;
  const make = (action: Call): number =>
    execute(action, { ...NO_REFERENCES, take: (ref) => values.get(ref) ?? -1 });
  try {
    for (const name of ['lower', 'upper', 'work']) mkdirSync(join(probe, name), { recursive: true });
    const opened = make(call('fsopen', 'overlay', 'FSOPEN_CLOEXEC'));
    if (opened < 0) return errnoName(-opened);
    fs = opened;
    values.set('$overlay', fs);
    const steps = [
      ...['lower', 'upper', 'work'].map((name) =>
        call('fsconfig', '$overlay', 'FSCONFIG_SET_STRING', `${name}dir`, join(probe, name), 0),
      ),
      call('fsconfig', '$overlay', 'FSCONFIG_CMD_CREATE', null, null, 0),
    ];
    const failed = steps.map(make).find((result) => result < 0);
    return failed === undefined ? undefined : errnoName(-failed);
  } catch (error) {
    // On a full disk the probe has no result, and no container can be created.
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return undefined;
    throw error;
  } finally {
    clear(fs, probe);
  }
};

/** Ends the file system of a probe, if it was opened, and removes its directory. */
type Clear = (fs: number | undefined, directory: string) => void;

const clearNow: Clear = (fs, directory) => {
  if (fs !== undefined) closeSync(fs);
  rmSync(directory, { recursive: true, force: true });
};

/**
 * In threads, as a removal that calls wait for: an overlay writes all changed pages of the disk when it ends, and they may
 * be those of others.
 */
export const clearLater =
  ({ include }: Pick<Trash, 'include'>): Clear =>
  (fs, directory) =>
    include(async () => {
      if (fs !== undefined) await promisify(close)(fs);
      try {
        // These calls are all of it, as a rule, and cost less than a search.
        for (const path of ['work/work', 'work', 'upper', 'lower', '.'])
          await promisify(rmdir)(join(directory, path));
      } catch {
        // Remains are removed with the layers.
        await rm(directory, { recursive: true, force: true }).catch(() => {});
      }
    });
