import * as z from 'zod';
import type { Flaw, Parsed } from '../scalars/flaw.ts';
import { isPath, propagations, readMountTarget, readVolume } from '../scalars/mounts.ts';
import { readBytes } from '../scalars/numbers.ts';
import { boolean, flawIssue, grammar, mapping, numberOrText, text, unsupported } from './fields.ts';

/** Builds the schema of one entry of `volumes` of a service. */
export function volumeSchema() {
  return z.union([grammar(text(), readShort), longSchema()]);
}

function longSchema() {
  return mapping(
    'volume',
    {
      type: typeSchema().describe('Kind of mount: `bind` for a path of the host, `tmpfs` for memory.'),
      source: text().describe('Path on the host, relative to the Compose file.'),
      target: grammar(text(), readMountTarget).describe('Path inside the container.'),
      read_only: boolean().describe('Let nobody write to it.'),
      consistency: unsupported('consistency of shared files, which has no meaning on Linux'),
      bind: z.union([bindSchema(), z.null()]).describe('Options of a bind mount.'),
      tmpfs: z.union([tmpfsSchema(), z.null()]).describe('Options of a tmpfs mount.'),
      volume: unsupported('options of a named volume'),
      image: unsupported('options of an image mount'),
    },
    ['type', 'target'],
  );
}

function bindSchema() {
  return mapping('bind option', {
    create_host_path: boolean().describe('Make a missing source a directory, true by default.'),
    propagation: z.enum(propagations).describe('Whether mounts below it pass between host and container.'),
    recursive: unsupported('whether mounts below the source come along'),
    selinux: unsupported('a label for SELinux'),
  });
}

function tmpfsSchema() {
  return mapping('tmpfs option', {
    size: grammar(numberOrText(), readBytes).describe('Most memory that it may use.'),
    mode: z.number().describe('Permissions of its root, in octal such as `0o1777`.'),
  });
}

/** A service that lost a volume would run without its data, so this is an error and no warning. */
const named: Flaw = {
  must: 'not be a named volume',
  code: 'unsupported-key',
  label: 'named volumes are not supported yet',
  help: 'use a path that begins with `./` or `/`',
};

function readShort(value: string): Parsed<unknown> {
  const parsed = readVolume(value);
  if ('flaw' in parsed) return parsed;
  const { source, options } = parsed.value;
  if (source === undefined || !isPath(source)) return { flaw: named };
  const ignored = options.find((option) => option in meaningless);
  return ignored === undefined ? parsed : { flaw: ignoredOption(ignored) };
}

/** Options of the short form that change nothing here, and why. */
const meaningless: Readonly<Record<string, string>> = {
  z: 'labels for SELinux are not supported yet',
  Z: 'labels for SELinux are not supported yet',
  nocopy: 'it is for named volumes',
  cached: 'it has no meaning on Linux',
  delegated: 'it has no meaning on Linux',
  consistent: 'it has no meaning on Linux',
};

function ignoredOption(option: string): Flaw {
  const label = `\`${option}\` is ignored: ${meaningless[option]}`;
  return { must: 'have options that take effect', code: 'unsupported-key', severity: 'warning', label };
}

function typeSchema() {
  const types = ['bind', 'tmpfs', 'volume', 'image', 'cluster', 'npipe'] as const;
  return z.enum(types).check(({ value, issues }) => {
    if (value === 'bind' || value === 'tmpfs') return;
    const label = `volumes of type \`${value}\` are not supported yet`;
    const flaw: Flaw = { must: 'be `bind` or `tmpfs`', code: 'unsupported-key', label };
    issues.push(flawIssue(value === 'volume' ? named : flaw, value));
  });
}
