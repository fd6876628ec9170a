import type { DeviceFacts, DeviceNumber, HostDevice } from './facts.ts';

/** Whether the rules of a cgroup allow to open a device, or to make its node for `m`; undefined if that is unknown. */
export type DeviceVerdict = (device: DeviceNumber, access: 'r' | 'w' | 'm') => boolean | undefined;

/** The devices that all of them allow; unknown if one of them is. */
export const everyVerdict =
  (verdicts: readonly DeviceVerdict[]): DeviceVerdict =>
  (device, access) => {
    const all = verdicts.map((verdict) => verdict(device, access));
    return all.includes(undefined) ? undefined : all.every(Boolean);
  };

/** The devices of a host that a container may open, and a container with the default rules may not. */
export const deviceFacts = (
  verdict: DeviceVerdict,
  devices: readonly (DeviceNumber & { readonly name: string })[],
): DeviceFacts => {
  const access = (device: DeviceNumber): HostDevice['access'] | undefined => {
    const isReadable = verdict(device, 'r') === true;
    return verdict(device, 'w') === true ? (isReadable ? 'rw' : 'w') : isReadable ? 'r' : undefined;
  };
  if (UNUSED.every((device) => access(device) === 'rw')) return { access: 'all', beyond: [] };
  if (UNUSED.some((device) => verdict(device, 'r') === undefined)) return { access: 'unknown', beyond: [] };
  const beyond = devices.flatMap((device): readonly HostDevice[] => {
    const given = isDefault(device) ? undefined : access(device);
    return given ? [{ ...device, access: given }] : [];
  });
  return { access: beyond.length > 0 ? 'some' : 'default', beyond };
};

/** The highest numbers: only rules for every device allow them. */
const UNUSED: readonly DeviceNumber[] = [
  { type: 'c', major: 0xfff, minor: 0xfffff },
  { type: 'b', major: 0xfff, minor: 0xfffff },
];

const isDefault = ({ type, major, minor }: DeviceNumber): boolean =>
  type === 'c' && (major === TERMINALS || DEFAULTS.has(`${major}:${minor}`));

/** devices.txt of Linux: null, zero, full, random, urandom, tty, console, ptmx. */
const DEFAULTS: ReadonlySet<string> = new Set(['1:3', '1:5', '1:7', '1:8', '1:9', '5:0', '5:1', '5:2']);

/** The major number of /dev/pts. */
const TERMINALS = 136;
