import { flaw, type Parsed } from './flaw.ts';

/** CVE-2024-40635: a larger number wraps around in the kernel's 32 bits, possibly to root. */
const greatestId = 2_147_483_647;

/** An id of a user or a group alone. */
export function readId(value: number | string): Parsed<string> {
  const text = String(value);
  if (!/^(0|[1-9]\d*)$/.test(text)) return flaw('be an id', 'expected a number such as `1000`');
  return Number(text) > greatestId
    ? flaw(`not be above ${greatestId}`, 'larger ids wrap around')
    : { value: text };
}

/**
 * `uid[:gid]` or `name[:group]`, where a part may be empty: `${UID:-}:${GID:-}`. What begins like a number must be one, in plain decimal: `0x0`, ` 0`, `1e3`
 * and `-1` are neither an id nor the name of somebody.
 */
export function readUser(value: number | string): Parsed<string> {
  const text = String(value);
  const parts = text.split(':');
  if (parts.length > 2) return flaw('be `user` or `user:group`', 'there are too many colons');
  for (const part of parts) {
    if (part === '') continue;
    if (/^\d+$/.test(part)) {
      if (Number(part) > greatestId) return flaw(`not be above ${greatestId}`, 'larger ids wrap around');
      if (part !== String(Number(part))) return flaw('be written without leading zeros');
    } else if (!/^[a-z_][a-z0-9_.-]*\$?$/i.test(part)) {
      return flaw(
        'be an id or a name',
        'expected a value such as `1000`, `1000:1000`, `www-data` or `app:staff`',
      );
    }
  }
  return { value: text };
}

/** The user without the parts that are empty; undefined if both are. Without a name, a group is that of root. */
export function withoutEmptyParts(user: string): string | undefined {
  const [name = '', group = ''] = user.split(':');
  if (group === '') return name || undefined;
  return `${name || '0'}:${group}`;
}

/** One group, by id or name. */
export function readGroup(value: number | string): Parsed<string> {
  const text = String(value);
  return text === '' || text.includes(':') ? flaw('be the id or the name of a group') : readUser(text);
}
