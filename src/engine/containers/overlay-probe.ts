import { closeSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errnoName } from '../../kernel/errno.ts';
import { execute, NO_REFERENCES } from '../../kernel/execute.ts';
import { type Call, call, type Ref } from '../../kernel/program.ts';

/**
 * Whether a directory can hold the upper layer of an overlay, tested with overlayfs itself: the file system is created
 * and never mounted. Undefined if it can, otherwise the error. Overlays, NFS and FAT, for instance, cannot.
 */
export const overlayProblem = (directory: string): string | undefined => {
  const probe = join(directory, `.probe-${process.pid}`);
  const values = new Map<Ref, number>();
  const make = (action: Call): number =>
    execute(action, { ...NO_REFERENCES, take: (ref) => values.get(ref) ?? -1 });
  try {
    for (const name of ['lower', 'upper', 'work']) mkdirSync(join(probe, name), { recursive: true });
    const fs = make(call('fsopen', 'overlay', 'FSOPEN_CLOEXEC'));
    if (fs < 0) return errnoName(-fs);
    values.set('$overlay', fs);
    const steps = [
      ...['lower', 'upper', 'work'].map((name) =>
        call('fsconfig', '$overlay', 'FSCONFIG_SET_STRING', `${name}dir`, join(probe, name), 0),
      ),
      call('fsconfig', '$overlay', 'FSCONFIG_CMD_CREATE', null, null, 0),
    ];
    const failed = steps.map(make).find((result) => result < 0);
    closeSync(fs);
    return failed === undefined ? undefined : errnoName(-failed);
  } catch (error) {
    // On a full disk the probe has no result, and no container can be created.
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return undefined;
    throw error;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
};
