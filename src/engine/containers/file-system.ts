import { randomBytes } from 'node:crypto';
import { closeSync, existsSync } from 'node:fs';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import { execute, NO_REFERENCES } from '../../kernel/launch/execute.ts';
import { errnoName } from '../../kernel/program/errno.ts';
import { type Call, call, type Ref } from '../../kernel/program/program.ts';
import { callText } from '../../kernel/program/text.ts';
import { openImageMounts } from '../images/image-mounts.ts';
import { rootDirectory } from '../images/root-directory.ts';
import type { ContainerRecord } from '../record/project-record.ts';

/** The files of a container as descriptors, whether it runs or not; mounts and volumes are left out. */
export type ContainerFiles = {
  /** Its root as it sees it, read-only. */
  readonly merged: number;
  /** The upper directory of its overlay: what it has changed. */
  readonly upper: number;
  readonly close: () => void;
};

/**
 * Opens the files of a container: an overlay without an upper directory is put over its layer and its root. It is
 * mounted nowhere, so nothing is left of it, whatever ends this process.
 * @param layer the directory of the container's layer
 */
export const openFiles = async (
  { definition, service }: ContainerRecord,
  layer: string,
): Promise<ContainerFiles> => {
  const { rootfs } = definition;
  if (rootfs.kind === 'host') throw new Problem(hostRoot(service));
  if (!existsSync(`${layer}/upper`)) throw new Problem(noLayer(service));
  const images = openImageMounts();
  // No name of a container.
  const user = `/${randomBytes(6).toString('hex')}`;
  const opened: number[] = [];
  const values = new Map<Ref, number>();
  const make = (action: Call): number => {
    const result = execute(action, { ...NO_REFERENCES, take: (ref) => values.get(ref) ?? -1 });
    if (result < 0) throw new Problem(failed(action, -result));
    return result;
  };
  const open = (action: Call): number => {
    const fd = make(action);
    opened.push(fd);
    return fd;
  };
  const close = (): void => {
    for (const fd of opened.splice(0).reverse()) closeSync(fd);
    images.end(user);
  };
  try {
    await images.begin(user, rootfs.kind === 'image' ? [rootfs] : []);
    const [upper, lower] = [`${layer}/upper`, rootDirectory(definition)].map((path) =>
      open(call('openat', 'AT_FDCWD', path, 'O_RDONLY|O_DIRECTORY|O_CLOEXEC', 0)),
    ) as [number, number];
    values.set('$overlay', open(call('fsopen', 'overlay', 'FSOPEN_CLOEXEC')));
    const configure = (key: string, value: string): Call =>
      call('fsconfig', '$overlay', 'FSCONFIG_SET_STRING', key, value, 0);
    // Paths of any length and with any character have short names there.
    make(configure('lowerdir', `/proc/self/fd/${upper}:/proc/self/fd/${lower}`));
    // Names of one file have the same numbers, also in the image.
    if (rootfs.kind === 'image') make(configure('xino', 'on'));
    make(call('fsconfig', '$overlay', 'FSCONFIG_CMD_CREATE', null, null, 0));
    values.set('$mount', open(call('fsmount', '$overlay', 'FSMOUNT_CLOEXEC', READ_ONLY)));
    const merged = open(call('openat', '$mount', '.', 'O_RDONLY|O_DIRECTORY|O_CLOEXEC', 0));
    return { merged, upper, close };
  } catch (error) {
    close();
    throw error;
  }
};

const READ_ONLY = 'MOUNT_ATTR_RDONLY|MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV|MOUNT_ATTR_NOEXEC';

const failed = (action: Call, errno: number): Diagnostic => ({
  severity: 'error',
  code: 'step-failed',
  message: 'the files of the container cannot be read',
  facts: [
    ['call', callText(action)],
    ['result', errnoName(errno)],
  ],
});

const hostRoot = (service: string): Diagnostic => ({
  severity: 'error',
  code: 'unsupported-image',
  message: `\`${service}\` has no root file system of its own: its programs are those of this machine`,
  from: `services.${service}`,
  help: 'set `image:`, or `rootfs:` to a directory',
});

const noLayer = (service: string): Diagnostic => ({
  severity: 'error',
  code: 'unsupported-image',
  message: `the changes of \`${service}\` are in memory, where only its container sees them`,
  from: `services.${service}`,
  help: 'put the state directory on a file system that overlayfs can write to, such as ext4 or xfs: set TSCOMPOSE_STATE_DIR',
});
