import { latest } from '../../base/lazy.ts';
import type { CgroupLayout, Hierarchy } from '../../kernel/cgroup.ts';
import { call, inside, type Step } from '../../kernel/program.ts';
import type { Container } from '../facts.ts';
import type { OciMount } from '../oci.ts';
import { mountOptions } from '../root/mount-options.ts';
import { joined, nameOf } from './hierarchies.ts';

/** Mounts /sys/fs/cgroup, with the same cgroup versions as on the host. */
export const cgroupMountSteps = (container: Container): readonly Step[] => {
  const { config, host } = container;
  const mount = config.mounts.find(({ type }) => type === 'cgroup');
  if (!mount || host.cgroups.mode === 'none') return [];
  return treeSteps(mount, host.cgroups);
};

// Shared by all containers with the same options.
const treeSteps = latest((mount: OciMount, layout: CgroupLayout): readonly Step[] => {
  const { flags } = mountOptions(mount.options);
  const at = mount.destination;
  if (layout.mode === 'v2') return [mountTree(at, 'cgroup2', flags, null)];
  return [
    inside(
      'a directory for the mount points of the hierarchies',
      call('mount', 'tmpfs', at, 'tmpfs', 'MS_NOSUID|MS_NODEV|MS_NOEXEC', 'mode=755'),
    ),
    ...joined(layout).flatMap((hierarchy) => hierarchySteps(hierarchy, at, flags)),
    inside(
      'the directory of the mount points is read-only',
      call('mount', null, at, null, 'MS_REMOUNT|MS_BIND|MS_RDONLY|MS_NOSUID|MS_NODEV|MS_NOEXEC', null),
    ),
  ];
});

const hierarchySteps = (hierarchy: Hierarchy, at: string, flags: string): readonly Step[] => {
  const name = hierarchy.name ?? nameOf(hierarchy);
  const directory = `${at}/${name}`;
  return [
    inside('limits and usage of the container itself', call('mkdirat', 'AT_FDCWD', directory, 0o755), {
      tolerate: 'EEXIST',
    }),
    hierarchy.version === 2
      ? mountTree(directory, 'cgroup2', flags, null)
      : mountTree(directory, 'cgroup', flags, nameOf(hierarchy)),
    ...(hierarchy.version === 1 && hierarchy.controllers.length > 1 ? hierarchy.controllers : []).map(
      (controller) =>
        inside(
          'a link for each controller of the hierarchy',
          call('symlinkat', name, 'AT_FDCWD', `${at}/${controller}`),
        ),
    ),
  ];
};

const mountTree = (at: string, type: 'cgroup' | 'cgroup2', flags: string, data: string | null): Step =>
  inside('limits and usage of the container itself', call('mount', 'cgroup', at, type, flags, data));
