import { posix } from 'node:path';
import { didYouMean } from '../../base/text/typo.ts';
import { flaw, type Parsed } from './flaw.ts';

/** The short form of a volume, taken apart. Without a source it is an anonymous volume. */
export type ShortVolume = {
  readonly source?: string;
  readonly target: string;
  readonly options: readonly string[];
  /** Options that mean nothing to tscompose, or to Docker. */
  readonly unknown: readonly string[];
};

export const propagations = ['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave'];
export const volumeOptions = [
  ...propagations,
  'ro',
  'rw',
  'nocopy',
  'z',
  'Z',
  'cached',
  'delegated',
  'consistent',
];

/** `[source:]target[:option,…]`. */
export function readVolume(text: string): Parsed<ShortVolume> {
  const parts = text.split(':');
  if (parts.length > 3)
    return flaw(
      'be `source:target:options`',
      'there are too many colons',
      'use the long form for such a path',
    );
  if (parts.some((part) => part === ''))
    return flaw('be `source:target:options`', 'a part beside a colon is empty');
  const [first, second, third] = parts as [string, string?, string?];
  const target = readMountTarget(second ?? first);
  if ('flaw' in target) return target;
  const given = third?.split(',') ?? [];
  const [options, unknown] = [true, false].map((isKnown) =>
    given.filter((option) => volumeOptions.includes(option) === isKnown),
  ) as [string[], string[]];
  return {
    value: { ...(second !== undefined && { source: first }), target: target.value, options, unknown },
  };
}

/** The same with variables, in which there may be colons; what its parts stand for is not known yet. */
export function readOpenVolume(text: string): Parsed<ShortVolume> {
  const [first = text, second, third = ''] = text.match(/(?:\$\{[^}]*\}|[^:])+/g) ?? [];
  const options = third.split(',').filter((option) => volumeOptions.includes(option));
  return {
    value: { ...(second !== undefined && { source: first }), target: second ?? first, options, unknown: [] },
  };
}

/** A source that begins with a dot, a slash or a tilde is a path, anything else the name of a volume. */
export function isPath(source: string): boolean {
  return /^[./~]/.test(source);
}

/** Where something is mounted: absolute, below the root, and as in runc(8) not over the files of /proc. */
export function readMountTarget(text: string): Parsed<string> {
  const example = 'write a path inside the container that begins with `/`';
  if (!text.startsWith('/'))
    return flaw('have an absolute target', `\`${text}\` does not begin with \`/\``, example);
  const target = posix.normalize(text).replace(/(?<=.)\/$/, '');
  if (target === '/')
    return flaw('not have `/` as its target', 'the root is `rootfs`', 'use `rootfs:`, or mount below it');
  // CVE-2019-16884: files that stand in for /proc take the security settings meant for the kernel.
  if (/^\/proc(\/|$)/.test(target) && !replaceable.has(target))
    return flaw('not mount over `/proc`', 'security settings written there must reach the kernel');
  return { value: target };
}

/** Files of /proc that lxcfs(8) shows with the limits of a container, and checkpoints write. */
const replaceable: ReadonlySet<string> = new Set(
  ['cpuinfo', 'diskstats', 'meminfo', 'stat', 'swaps', 'uptime', 'loadavg', 'slabinfo']
    .concat('sys/kernel/ns_last_pid', 'sys/crypto/fips_enabled')
    .map((file) => `/proc/${file}`),
);

export type Tmpfs = {
  readonly target: string;
  readonly readOnly: boolean;
  readonly options: readonly string[];
};

/** `path[:option,…]`, with the options of tmpfs(5). */
export function readTmpfs(text: string): Parsed<Tmpfs> {
  const colon = text.indexOf(':');
  const target = readMountTarget(colon === -1 ? text : text.slice(0, colon));
  if ('flaw' in target) return target;
  const options =
    colon === -1
      ? []
      : text
          .slice(colon + 1)
          .split(',')
          .filter((option) => option !== '');
  for (const option of options) {
    const [name, value] = option.split('=', 2) as [string, string?];
    const pattern = tmpfsValues.get(name);
    if (pattern && !(value !== undefined && pattern.test(value)))
      return flaw(`have a valid \`${name}\``, `\`${option}\` is not one`);
    if (!pattern && !tmpfsFlags.includes(option))
      return unknownOption(option, [...tmpfsFlags, ...tmpfsValues.keys()]);
  }
  const kept = options.filter((option) => option !== 'ro' && option !== 'rw');
  return { value: { target: target.value, readOnly: options.includes('ro'), options: kept } };
}

const tmpfsValues: ReadonlyMap<string, RegExp> = new Map([
  ['size', /^\d+[kmg%]?$/i],
  ['mode', /^[0-7]{1,4}$/],
  ['uid', /^\d{1,10}$/],
  ['gid', /^\d{1,10}$/],
  ['nr_inodes', /^\d+[kmg]?$/i],
  ['nr_blocks', /^\d+[kmg]?$/i],
]);

const tmpfsFlags = [
  ...['ro', 'rw', 'exec', 'noexec', 'suid', 'nosuid', 'dev', 'nodev', 'sync', 'async', 'dirsync'],
  ...['atime', 'noatime', 'diratime', 'nodiratime', 'relatime', 'norelatime', 'strictatime', 'nostrictatime'],
];

function unknownOption(option: string, known: readonly string[]): Parsed<never> {
  const near = didYouMean(option, known);
  return flaw(
    'have valid options',
    `there is no option \`${option}\``,
    near ? `did you mean \`${near}\`?` : undefined,
  );
}
