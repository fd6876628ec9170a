import { DEFAULT_DEVICE_RULES } from '../defaults.ts';
import type { MappedDevice } from '../facts.ts';
import type { OciDevice, OciDeviceRule } from '../oci.ts';

/** The nodes of a container; of several for one path, the last. */
export const deviceNodes = (
  first: readonly OciDevice[],
  mapped: readonly MappedDevice[],
): readonly OciDevice[] => {
  if (mapped.length === 0) return first;
  const nodes = mapped.map(({ permissions: _, ...node }) => node);
  return [...new Map([...first, ...nodes].map((device) => [device.path, device])).values()];
};

/** The rules of a service that is not privileged: Docker's, those of its devices, those that it writes itself. */
export const deviceRules = (
  mapped: readonly MappedDevice[],
  written: readonly string[] = [],
): readonly OciDeviceRule[] =>
  mapped.length + written.length === 0
    ? DEFAULT_DEVICE_RULES
    : [...DEFAULT_DEVICE_RULES, ...mapped.map(ruleOf), ...written.map(writtenRule)];

const ruleOf = ({ type, major, minor, permissions }: MappedDevice): OciDeviceRule => ({
  allow: true,
  type,
  major,
  minor,
  access: permissions,
});

/** `c 1:3 rwm`, as `device_cgroup_rules` has it. */
const writtenRule = (text: string): OciDeviceRule => {
  const [type = 'a', major, minor, access = ''] = text.split(/[ :]/);
  return {
    allow: true,
    type: type as OciDeviceRule['type'],
    ...(major === '*' ? {} : { major: Number(major) }),
    ...(minor === '*' ? {} : { minor: Number(minor) }),
    access,
  };
};
