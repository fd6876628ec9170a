import { unescaped } from '../../kernel/cgroup.ts';
import type { HostMount } from './facts.ts';

/** One line of proc_pid_mountinfo(5). */
export type MountLine = {
  /** `254:0`: the same for all mounts of one file system. */
  readonly device: string;
  /** The directory or file of the file system that is mounted. */
  readonly root: string;
  readonly target: string;
  readonly isWritable: boolean;
  readonly propagation: HostMount['propagation'];
  readonly type: string;
};

export const parseMountinfo = (text: string): readonly MountLine[] => {
  const mounts = new Map<string, MountLine>();
  for (const line of text.split('\n')) {
    const [front = '', back = ''] = line.split(' - ');
    const [, , device, root, target, options = '', ...optional] = front.split(' ');
    const [type = '', , superOptions = ''] = back.split(' ');
    if (device === undefined || root === undefined || target === undefined) continue;
    // The last mount on a mount point hides the earlier ones.
    mounts.delete(target);
    mounts.set(target, {
      device,
      root: unescaped(root),
      target: unescaped(target),
      isWritable: isWritable(options) && isWritable(superOptions),
      propagation: propagationOf(optional),
      type,
    });
  }
  return [...mounts.values()];
};

/** The mounts of a container whose file system is mounted on the host too. `cgroups`: its paths in /proc/PID/cgroup. */
export const hostMounts = (
  inside: readonly MountLine[],
  onHost: readonly MountLine[],
  cgroups: readonly string[],
): readonly HostMount[] =>
  inside.flatMap((mount) => {
    const source = sourceOf(mount, onHost);
    if (source === undefined || isSeenElsewhere(mount, cgroups)) return [];
    const { target, isWritable, propagation, device, root } = mount;
    return [{ target, source, isWritable, propagation, identity: `${device} ${root}` }];
  });

/** The path on the host: below the mount that shows the directory closest to it. */
const sourceOf = ({ device, root }: MountLine, onHost: readonly MountLine[]): string | undefined => {
  const same = onHost.filter((mount) => mount.device === device);
  const closest = same
    .filter((mount) => isBelow(root, mount.root))
    .toSorted((a, b) => b.root.length - a.root.length || a.target.length - b.target.length)[0];
  if (closest) return joined(closest.target, root.slice(closest.root === '/' ? 0 : closest.root.length));
  // The host shows another part of the file system only.
  return same.length > 0 ? root : undefined;
};

export const isBelow = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);

const joined = (directory: string, rest: string): string =>
  `${directory === '/' ? '' : directory}${rest === '/' ? '' : rest}` || '/';

/** The queues are those of the IPC namespace, and the cgroups that every container sees are its own or read-only. */
const isSeenElsewhere = (
  { type, target, root, isWritable }: MountLine,
  cgroups: readonly string[],
): boolean => {
  if (type === 'mqueue') return target === '/dev/mqueue';
  if (type !== 'cgroup' && type !== 'cgroup2') return false;
  return (
    isBelow(target, CGROUPS) && (!isWritable || cgroups.some((path) => path !== '/' && isBelow(root, path)))
  );
};

export const CGROUPS = '/sys/fs/cgroup';

const isWritable = (options: string): boolean => !options.split(',').includes('ro');

const propagationOf = (optional: readonly string[]): HostMount['propagation'] => {
  if (optional.some((field) => field.startsWith('shared:'))) return 'shared';
  return optional.some((field) => field.startsWith('master:')) ? 'slave' : 'private';
};
