import { lstatSync, readlinkSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import type { MappedDevice } from '../../container/facts.ts';
import type { OciDevice } from '../../container/oci.ts';
import type { Service } from '../../project/model/project.ts';
import { namesIfThere } from '../directories/read-if-there.ts';

/** The devices of a privileged service: the host's nodes, without its terminals, shared memory and queues. */
export const hostDevices = (directory = '/dev'): readonly OciDevice[] =>
  namesIfThere(directory).flatMap((name) => {
    if (NO_DEVICES.includes(name) || ['ptmx', 'console'].includes(name)) return [];
    const path = join(directory, name);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return hostDevices(path);
    return nodeAt(path, path) ?? [];
  });

/** Directories of /dev that hold no devices of the machine; files of programs, in any depth, lie in some. */
const NO_DEVICES: readonly string[] = ['pts', 'shm', 'mqueue', 'fd'];

/** The nodes that a service names, each at its path in the container; of a directory, all nodes below. */
export const mappedDevices = ({ devices = [] }: Service): readonly MappedDevice[] =>
  devices.flatMap(({ source, target, permissions }) =>
    isAbsolute(source) ? nodesAt(source, resolve('/', target)).map((node) => ({ ...node, permissions })) : [],
  );

/**
 * The node at `source`, or the nodes below it at the same places below `path`. Symbolic links to nodes are nodes, as in
 * /dev/serial/by-id; those to directories, and those to the streams of a process, as in /dev, are not followed. As in
 * Docker, terminals, shared memory and queues of /dev are left out.
 */
export const nodesAt = (source: string, path: string): readonly OciDevice[] => {
  const node = nodeAt(source, path);
  if (node) return [node];
  return namesIfThere(source).flatMap((name) => {
    const [entry, place] = [join(source, name), join(path, name)];
    const found = lstatSync(entry, { throwIfNoEntry: false });
    if (found?.isDirectory()) return NO_DEVICES.includes(name) ? [] : nodesAt(entry, place);
    if (found?.isSymbolicLink() && linkAt(entry).startsWith('/proc/')) return [];
    return nodeAt(entry, place) ?? [];
  });
};

/** The node of the host at `source`, a symbolic link to it resolved, as a node at `path`; undefined if it is none. */
export const nodeAt = (source: string, path: string): OciDevice | undefined => {
  const entry = statSync(source, { throwIfNoEntry: false });
  if (!entry?.isCharacterDevice() && !entry?.isBlockDevice()) return undefined;
  const [major, minor] = deviceNumbers(entry.rdev);
  const { uid, gid } = entry;
  return {
    path,
    type: entry.isBlockDevice() ? 'b' : 'c',
    major,
    minor,
    fileMode: entry.mode & 0o7777,
    uid,
    gid,
  };
};

const linkAt = (path: string): string => {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
};

/** Splits a device number of stat(2). */
export const deviceNumbers = (rdev: number): readonly [major: number, minor: number] => [
  Math.floor(rdev / 256) & 0xfff,
  (rdev & 0xff) + (Math.floor(rdev / 0x100000) << 8),
];
