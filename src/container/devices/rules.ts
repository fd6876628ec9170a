import type { OciDeviceRule } from '../oci.ts';

/** Kind and numbers of devices; without a number, all. */
type Devices = Pick<OciDeviceRule, 'major' | 'minor'> & { readonly type: 'b' | 'c' };

/** Access to devices: of the letters `r`, `w` and `m`. */
export type Exception = Devices & { readonly access: string };

/** The order of exceptions has no meaning. Any of them is enough, but one must cover all of the access. */
export type DeviceRules = { readonly default: 'allow' | 'deny'; readonly exceptions: readonly Exception[] };

/**
 * The sum of an ordered list of rules, as the kernel's controller of version 1 reads it: a rule of all kinds sets
 * the default and forgets the rules before it, whatever its numbers; any other adds or removes an exception.
 */
export const rulesOf = (list: readonly OciDeviceRule[]): DeviceRules => {
  let byDefault: DeviceRules['default'] = 'allow';
  const exceptions = new Map<string, Exception>();
  for (const rule of list) {
    const said = rule.allow ? 'allow' : 'deny';
    if (rule.type === 'a') {
      byDefault = said;
      exceptions.clear();
      continue;
    }
    const devices = devicesOf(rule.type, rule);
    const name = devicesText(devices);
    const known = exceptions.get(name)?.access ?? '';
    const access = said === byDefault ? without(known, rule.access) : union(known, rule.access);
    if (access === '') exceptions.delete(name);
    else exceptions.set(name, { ...devices, access });
  }
  return { default: byDefault, exceptions: [...exceptions.values()] };
};

/** Every device may be used. */
export const isOpen = (rules: DeviceRules): boolean =>
  rules.default === 'allow' && rules.exceptions.length === 0;

/** `c 1:3 rwm`, as in the files of the controller of version 1. */
export const exceptionText = (exception: Exception): string =>
  `${devicesText(exception)} ${exception.access}`;

/** The text form of rules: `deny all, allow c *:* m, c 1:3 rwm`. */
export const rulesText = ({ default: first, exceptions }: DeviceRules): string => {
  const then = first === 'deny' ? 'allow' : 'deny';
  return [
    `${first} all`,
    ...exceptions.map((exception, index) => `${index === 0 ? `${then} ` : ''}${exceptionText(exception)}`),
  ].join(', ');
};

const LETTERS = ['r', 'w', 'm'];

const union = (some: string, more: string): string =>
  LETTERS.filter((letter) => some.includes(letter) || more.includes(letter)).join('');

const without = (some: string, less: string): string =>
  LETTERS.filter((letter) => some.includes(letter) && !less.includes(letter)).join('');

const devicesOf = (type: Devices['type'], { major, minor }: OciDeviceRule): Devices => ({
  type,
  ...(major === undefined ? {} : { major }),
  ...(minor === undefined ? {} : { minor }),
});

const devicesText = ({ type, major, minor }: Devices): string => `${type} ${major ?? '*'}:${minor ?? '*'}`;
