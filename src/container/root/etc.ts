import { latest } from '../../base/lazy.ts';
import { call, inside, onHost, type Step } from '../../kernel/program/program.ts';
import type { Container } from '../facts.ts';
import { nameOf } from './files.ts';
import { unswappableSteps } from './grants.ts';

/** Files of /etc that are bind mounted over those of the root file system. */
export const ETC_FILES = ['hosts', 'hostname', 'resolv.conf'] as const;

type EtcFile = (typeof ETC_FILES)[number];

/**
 * Creates a file system in memory for the files of /etc: a container that fills it takes no space of others. It is
 * mounted nowhere on the host.
 */
export const etcSystemSteps = (container: Container): readonly Step[] =>
  systemSteps(sizeOf(container), unswappableSteps(container));

// Shared by all containers with files of usual length.
const systemSteps = latest((bytes: number, unswappable: readonly Step[]): readonly Step[] => [
  onHost('a file system in memory for the files of /etc', call('fsopen', 'tmpfs', 'FSOPEN_CLOEXEC'), {
    as: 'etc_system',
  }),
  onHost(
    'the container cannot write more than this to the files',
    call('fsconfig', '$etc_system', 'FSCONFIG_SET_STRING', 'size', String(bytes), 0),
  ),
  ...unswappable,
  onHost(
    'creates the file system with this size',
    call('fsconfig', '$etc_system', 'FSCONFIG_CMD_CREATE', null, null, 0),
  ),
  onHost(
    'a mount that only the container attaches, by its descriptor',
    call('fsmount', '$etc_system', 'FSMOUNT_CLOEXEC', 'MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV|MOUNT_ATTR_NOEXEC'),
    { as: 'etc' },
  ),
]);

/** Writes the files. */
export const etcFileSteps = ({ etc }: Container): readonly Step[] =>
  ETC_FILES.flatMap((file) => [
    OPENED[file],
    inside(sourceOf(file), call('write', `$${nameOf(file)}`, etc[file])),
  ]);

const sourceOf = (file: EtcFile): string => `the source of /etc/${file}`;

const opened = (file: EtcFile): Step =>
  inside(sourceOf(file), call('openat', '$etc', file, 'O_WRONLY|O_CREAT|O_CLOEXEC', 0o644), {
    as: nameOf(file),
  });

const OPENED: Readonly<Record<EtcFile, Step>> = {
  hosts: opened('hosts'),
  hostname: opened('hostname'),
  'resolv.conf': opened('resolv.conf'),
};

/** Attaches the file system in the mount namespace of the container: open_tree(2) clones only what is attached. */
export const etcMountSteps = ({ places }: Container): readonly Step[] => [
  inside(
    'the files of /etc become reachable, in this mount namespace only and until the root changes',
    call('move_mount', '$etc', '', 'AT_FDCWD', places.run, 'MOVE_MOUNT_F_EMPTY_PATH'),
  ),
];

/** Bytes: room for the files, and for as many lines again that the container adds. */
const sizeOf = ({ etc, grantBytes }: Container): number =>
  Math.max(1 << 20, 2 * Buffer.byteLength(ETC_FILES.map((file) => etc[file]).join(''))) + grantBytes;
