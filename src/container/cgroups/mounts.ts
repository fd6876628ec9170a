import { latest } from '../../base/lazy.ts';
import type { CgroupLayout, Hierarchy } from '../../kernel/cgroup.ts';
import { type Call, call, inside, type Step } from '../../kernel/program/program.ts';
import type { Container } from '../facts.ts';
import type { OciMount } from '../oci.ts';
import { mountHere, REAL_DIRECTORY, rootAgainStep } from '../root/files.ts';
import { mountOptions } from '../root/mount-options.ts';
import { joined, nameOf } from './hierarchies.ts';

/** Mounts /sys/fs/cgroup, with the same cgroup versions as on the host. */
export const cgroupMountSteps = (container: Container): readonly Step[] => {
  const { config, host } = container;
  const mount = config.mounts.find(({ type }) => type === 'cgroup');
  if (!mount || host.cgroups.mode === 'none') return [];
  return treeSteps(mount, host.cgroups);
};

// Shared by all containers with the same options. By descriptors: a volume may come to be above /sys/fs/cgroup through a
// link in the root, and other containers could swap its directories meanwhile.
const treeSteps = latest((mount: OciMount, layout: CgroupLayout): readonly Step[] => {
  const { flags } = mountOptions(mount.options);
  const [place, ofHierarchies] = [LIMITS, DIRECTORY].map((why) =>
    inside(why, call('openat2', 'AT_FDCWD', mount.destination, REAL_DIRECTORY), { as: 'target' }),
  ) as [Step, Step];
  if (layout.mode === 'v2')
    return [place, ...mountHere(LIMITS, mountTree('.', 'cgroup2', flags, null)), rootAgainStep];
  return [
    ofHierarchies,
    ...mountHere(DIRECTORY, call('mount', 'tmpfs', '.', 'tmpfs', 'MS_NOSUID|MS_NODEV|MS_NOEXEC', 'mode=755')),
    ofHierarchies,
    inside(DIRECTORY, call('fchdir', '$target')),
    ...joined(layout).flatMap((hierarchy) => hierarchySteps(hierarchy, flags)),
    inside(
      'the directory of the mount points is read-only',
      call('mount', null, '.', null, 'MS_REMOUNT|MS_BIND|MS_RDONLY|MS_NOSUID|MS_NODEV|MS_NOEXEC', null),
    ),
    rootAgainStep,
  ];
});

const LIMITS = 'limits and usage of the container itself';
const DIRECTORY = 'a directory for the mount points of the hierarchies';

/** In the working directory, which is still empty. */
const hierarchySteps = (hierarchy: Hierarchy, flags: string): readonly Step[] => {
  const name = hierarchy.name ?? nameOf(hierarchy);
  return [
    inside(LIMITS, call('mkdirat', 'AT_FDCWD', name, 0o755), { tolerate: 'EEXIST' }),
    inside(
      LIMITS,
      hierarchy.version === 2
        ? mountTree(name, 'cgroup2', flags, null)
        : mountTree(name, 'cgroup', flags, nameOf(hierarchy)),
    ),
    ...(hierarchy.version === 1 && hierarchy.controllers.length > 1 ? hierarchy.controllers : []).map(
      (controller) =>
        inside(
          'a link for each controller of the hierarchy',
          call('symlinkat', name, 'AT_FDCWD', controller),
        ),
    ),
  ];
};

const mountTree = (at: string, type: 'cgroup' | 'cgroup2', flags: string, data: string | null): Call =>
  call('mount', 'cgroup', at, type, flags, data);
