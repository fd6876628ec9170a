import { readFileSync, realpathSync } from 'node:fs';
import { unescaped } from '../../kernel/cgroup.ts';

/**
 * The mount points at and below a path, in the mount namespace of this process: nothing there may be deleted. They
 * begin with the path as it is given, also if it leads over symbolic links.
 */
export const mountsBelow = (path: string): readonly string[] => {
  const real = realPathOf(path);
  if (real === undefined) return [];
  // proc_pid_mountinfo(5): the fifth field is the mount point.
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => unescaped(line.split(' ', 5)[4] ?? ''))
    .filter((target) => target === real || target.startsWith(`${real}/`))
    .map((target) => path + target.slice(real.length));
};

const realPathOf = (path: string): string | undefined => {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
};
