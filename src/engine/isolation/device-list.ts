import type { DeviceVerdict } from './device-facts.ts';
import type { DeviceNumber } from './facts.ts';

/** One rule of a list in which every rule allows; `a` is every type, undefined every number. */
export type DeviceRule = {
  readonly type: 'c' | 'b' | 'a';
  readonly major?: number | undefined;
  readonly minor?: number | undefined;
  /** Letters of `rwm`. */
  readonly access: string;
};

/** The lines of `devices.list`, the file of the devices controller of version 1: `c 1:3 rwm`. */
export const parseDeviceList = (text: string): readonly DeviceRule[] =>
  text.split('\n').flatMap((line): readonly DeviceRule[] => {
    const [, type, major, minor, access] = /^([abc]) (\d+|\*):(\d+|\*) ([rwm]+)$/.exec(line) ?? [];
    if (access === undefined) return [];
    return [{ type: type as 'a', major: numberOf(major), minor: numberOf(minor), access }];
  });

const numberOf = (text: string | undefined): number | undefined => (text === '*' ? undefined : Number(text));

export const ruleVerdict =
  (rules: readonly DeviceRule[]): DeviceVerdict =>
  ({ type, major, minor }, access) =>
    rules.some(
      (rule) =>
        (rule.type === 'a' || rule.type === type) &&
        (rule.major === undefined || rule.major === major) &&
        (rule.minor === undefined || rule.minor === minor) &&
        rule.access.includes(access),
    );

type NamedDevice = DeviceNumber & { readonly name: string };

/** Adds a device for each rule that allows none of them, as for one that is not plugged in: `c 188:* rw`. */
export const withAbsent = (
  devices: readonly NamedDevice[],
  rules: readonly string[],
): readonly NamedDevice[] => {
  const absent = parseDeviceList([...new Set(rules)].join('\n')).flatMap((rule): readonly NamedDevice[] => {
    const { type, major = UNUSED_MAJOR, minor = 0 } = rule;
    const allows = ruleVerdict([{ ...rule, access: 'r' }]);
    if (type === 'a' || devices.some((device) => allows(device, 'r'))) return [];
    return [{ type, major, minor, name: `${rule.major ?? '*'}:${rule.minor ?? '*'}` }];
  });
  return [...devices, ...absent];
};

const UNUSED_MAJOR = 0xffe;
