import { type CgroupLayout, hierarchyWith, unified } from '../../kernel/cgroup.ts';
import { devicePrograms } from '../../kernel/ffi/bpf.ts';
import { readIfThere } from '../supervisor/read-if-there.ts';
import type { DeviceVerdict } from './device-facts.ts';
import { parseDeviceList, ruleVerdict } from './device-list.ts';
import { programVerdict } from './device-program.ts';
import { withDirectory } from './machine.ts';

/** The rules for devices of a process, from its /proc/PID/cgroup: both versions of cgroups must allow a device. */
export const deviceAccess = (membership: string, layout: CgroupLayout): DeviceVerdict => {
  const verdicts = [programsFor(membership, layout), listFor(membership, layout)].filter(
    (verdict) => verdict !== undefined,
  );
  return (device, access) => {
    const all = verdicts.map((verdict) => verdict(device, access));
    return all.includes(undefined) ? undefined : all.every(Boolean);
  };
};

const programsFor = (membership: string, layout: CgroupLayout): DeviceVerdict | undefined => {
  const hierarchy = unified(layout);
  const path = /^0::(.*)$/m.exec(membership)?.[1];
  const directory = hierarchy && path !== undefined ? directoryOf(hierarchy, path) : undefined;
  if (directory === undefined) return undefined;
  const programs = withDirectory(directory, devicePrograms);
  return programs ? programVerdict(programs) : () => undefined;
};

const listFor = (membership: string, layout: CgroupLayout): DeviceVerdict | undefined => {
  const hierarchy = hierarchyWith(layout, 'devices');
  const path = /^\d+:(?:[^:\n]*,)?devices(?:,[^:\n]*)?:(.*)$/m.exec(membership)?.[1];
  if (hierarchy?.version !== 1 || path === undefined) return undefined;
  return ruleVerdict(parseDeviceList(readIfThere(`${directoryOf(hierarchy, path)}/devices.list`)));
};

/** If only a part of the tree is mounted, its root is not the root of the hierarchy. */
const directoryOf = (
  { mountPoint, mountRoot }: { readonly mountPoint: string; readonly mountRoot: string },
  path: string,
): string => `${mountPoint}${mountRoot === '/' ? path : path.slice(mountRoot.length)}`;
