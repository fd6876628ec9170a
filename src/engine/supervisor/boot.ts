import { readFileSync, writeFileSync } from 'node:fs';
import type { ProjectPaths } from '../directories/project-paths.ts';
import { readIfThere } from '../directories/read-if-there.ts';

/**
 * Marks the run directory of a project as one of this boot. True if it was marked before: a supervisor of this boot was
 * killed, and the next one goes on. After a reboot containers wait for a command.
 */
export const markBoot = ({ boot }: Pick<ProjectPaths, 'boot'>): boolean => {
  const id = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8');
  if (readIfThere(boot) === id) return true;
  writeFileSync(boot, id, { mode: 0o600 });
  return false;
};
