import { flaw, type Parsed } from './flaw.ts';

/** Permissions are letters of `rwm`; a source without a slash at its front is a name and no path. */
export type Device = { readonly source: string; readonly target: string; readonly permissions: string };

/** `source[:target[:rwm]]`; without slashes a name such as `vendor.com/class=name` of the device interface. */
export function readDevice(text: string): Parsed<Device> {
  const [source = '', target = source, permissions = 'rwm', ...rest] = text.split(':');
  if (rest.length > 0) return flaw('be `source:target:permissions`', 'there are too many colons');
  if (source === '' || target === '')
    return flaw('be `source:target:permissions`', 'a part beside a colon is empty');
  if (/^[rwm]+$/.test(target) && permissions === 'rwm' && text.includes(':'))
    return withPermissions(source, source, target);
  return withPermissions(source, target, permissions);
}

function withPermissions(source: string, target: string, permissions: string): Parsed<Device> {
  const parsed = readPermissions(permissions);
  return 'flaw' in parsed ? parsed : { value: { source, target, permissions } };
}

/** Read, write and mknod(2), each once. */
export function readPermissions(text: string): Parsed<string> {
  const isGood = /^[rwm]{1,3}$/.test(text) && new Set(text).size === text.length;
  return isGood
    ? { value: text }
    : flaw('have permissions of `r`, `w` and `m`', `\`${text}\` has other characters`);
}

/** A line of the kernel's device cgroup: `c 1:3 rwm`, with `*` for any number. */
export function readDeviceRule(text: string): Parsed<string> {
  const numbers = /^[acb] (\d+|\*):(\d+|\*) [rwm]{1,3}$/.exec(text)?.slice(1);
  if (!numbers)
    return flaw('be a device rule', 'expected a value such as `c 1:3 rwm`: kind, numbers, permissions');
  return numbers.some((number) => Number(number) > 0xffff_ffff)
    ? flaw('have numbers of devices', 'the largest is 4294967295')
    : { value: text };
}

/** How many devices: a number, or all of them, for which Compose prints -1. */
export function readCount(value: number | string): Parsed<number> {
  if (value === 'all') return { value: -1 };
  const count = typeof value === 'string' && !/^-?\d+$/.test(value) ? Number.NaN : Number(value);
  return Number.isSafeInteger(count) && count >= -1
    ? { value: count }
    : flaw('be a number of devices', 'expected a whole number or `all`');
}
