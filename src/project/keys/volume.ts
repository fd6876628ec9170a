import * as z from 'zod';
import { propagations, readMountTarget, readVolume } from '../scalars/mounts.ts';
import { boolean, bytes, choice, grammar, labels, mapping, mode, orNothing, text } from './fields.ts';

/** Builds the schema of one entry of `volumes` of a service. */
export function volumeSchema() {
  return z.union([grammar(text(), readVolume), longSchema()]);
}

function longSchema() {
  return mapping(
    'volume',
    {
      type: choice('bind', 'volume', 'tmpfs', 'image', 'cluster', 'npipe').describe(
        'Kind of mount: `bind` for a path of the host, `tmpfs` for memory.',
      ),
      source: text().describe('Path on the host, relative to the Compose file, or name of a volume.'),
      target: grammar(text(), readMountTarget).describe('Path inside the container.'),
      read_only: boolean().describe('Let nobody write to it.'),
      consistency: choice('consistent', 'cached', 'delegated').describe('Consistency of shared files.'),
      bind: orNothing(bindSchema()).describe('Options of a bind mount.'),
      volume: orNothing(namedSchema()).describe('Options of a named volume.'),
      tmpfs: orNothing(tmpfsSchema()).describe('Options of a tmpfs mount.'),
      image: orNothing(imageSchema()).describe('Options of an image mount.'),
    },
    ['type', 'target'],
  );
}

function bindSchema() {
  return mapping('bind option', {
    create_host_path: boolean().describe('Make a missing source a directory, true by default.'),
    propagation: z.enum(propagations).describe('Whether mounts below it pass between host and container.'),
    recursive: choice('enabled', 'disabled', 'writable', 'readonly').describe(
      'Whether mounts below the source come along.',
    ),
    selinux: choice('z', 'Z').describe('Label for SELinux: `z` if it is shared, `Z` if not.'),
  });
}

function namedSchema() {
  return mapping('volume option', {
    nocopy: boolean().describe('Copy nothing from the root into a new volume.'),
    subpath: text().describe('Directory of the volume to mount.'),
    labels: labels().describe('Labels of a volume that is made for this.'),
  });
}

function tmpfsSchema() {
  return mapping('tmpfs option', {
    size: bytes().describe('Most memory that it may use.'),
    mode: mode().describe('Permissions of its root, in octal such as `0o1777`.'),
  });
}

function imageSchema() {
  return mapping('image option', { subpath: text().describe('Directory of the image to mount.') });
}
