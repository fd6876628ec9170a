import { cgroupRoot } from '../../container/cgroups/hierarchies.ts';
import { type CgroupLayout, type Hierarchy, hierarchyWith, unified } from '../../kernel/cgroup.ts';
import { devicePrograms } from '../../kernel/ffi/bpf.ts';
import { readIfThere } from '../directories/read-if-there.ts';
import { type DeviceVerdict, everyVerdict } from './device-facts.ts';
import { parseDeviceList, ruleVerdict } from './device-list.ts';
import { programVerdict } from './device-program.ts';
import { withDirectory } from './machine.ts';

/** The rules for devices of a process, from its /proc/PID/cgroup: both versions of cgroups must allow a device. */
export const deviceAccess = (membership: string, layout: CgroupLayout): DeviceVerdict => {
  const path = /^0::(.*)$/m.exec(membership)?.[1];
  const pathOfList = /^\d+:(?:[^:\n]*,)?devices(?:,[^:\n]*)?:(.*)$/m.exec(membership)?.[1];
  return verdictIn(
    layout,
    (hierarchy) => (path === undefined ? undefined : directoryOf(hierarchy, path)),
    (hierarchy) => (pathOfList === undefined ? undefined : directoryOf(hierarchy, pathOfList)),
  );
};

/** The rules for devices above the cgroups of all containers: those of the container in which tscompose runs. */
export const deviceAccessAbove = (layout: CgroupLayout): DeviceVerdict =>
  verdictIn(layout, cgroupRoot, cgroupRoot);

type DirectoryIn = (hierarchy: Hierarchy) => string | undefined;

const verdictIn = (layout: CgroupLayout, ofPrograms: DirectoryIn, ofList: DirectoryIn): DeviceVerdict => {
  const tree = unified(layout);
  const devices = hierarchyWith(layout, 'devices');
  const directory = tree && ofPrograms(tree);
  const listed = devices?.version === 1 ? ofList(devices) : undefined;
  return everyVerdict([
    ...(directory === undefined ? [] : [programsOf(directory)]),
    ...(listed === undefined ? [] : [ruleVerdict(parseDeviceList(readIfThere(`${listed}/devices.list`)))]),
  ]);
};

const programsOf = (directory: string): DeviceVerdict => {
  const programs = withDirectory(directory, devicePrograms);
  return programs ? programVerdict(programs) : () => undefined;
};

/** If only a part of the tree is mounted, its root is not the root of the hierarchy. */
const directoryOf = (
  { mountPoint, mountRoot }: { readonly mountPoint: string; readonly mountRoot: string },
  path: string,
): string => `${mountPoint}${mountRoot === '/' ? path : path.slice(mountRoot.length)}`;
