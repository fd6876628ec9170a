import type { Diagnostic } from '../../../base/diagnostic.ts';
import { didYouMean } from '../../../base/text/typo.ts';
import type { CanonicalNamedVolume } from '../../model/canonical.ts';
import { quote } from '../../tree/wording.ts';

/** The rules for the options of a volume. */
export type VolumeMachine = {
  readonly isMissing: (path: string) => boolean;
  /** The types of file systems that the kernel has loaded. */
  readonly fileSystems: readonly string[];
};

/**
 * Why mount(2) is sure to refuse the options of a volume; undefined where only the kernel can tell. As in Docker, a
 * relative device that the model did not resolve is relative to nothing.
 */
export function flawOfDevice(
  { driver, driver_opts: { type = '', o = '', device = '' } = {} }: CanonicalNamedVolume,
  { isMissing, fileSystems }: VolumeMachine,
): Pick<Diagnostic, 'message' | 'help'> | undefined {
  const isLocal = !driver || driver === 'local' || driver === 'default';
  // A missing option is reported as one.
  if (!isLocal || !type || !device) return undefined;
  if (o.split(',').some((option) => option === 'bind' || option === 'rbind')) {
    if (!device.startsWith('/'))
      return {
        message: `the device ${quote(device)} of the volume is relative`,
        help: '`device` must be an absolute path, or set `driver: local` and `o: bind` for one relative to the file',
      };
    return isMissing(device)
      ? {
          message: `the device ${quote(device)} of the volume does not exist`,
          help: `create the directory: \`mkdir -p ${device}\``,
        }
      : undefined;
  }
  if (type === 'none' || type === 'bind')
    return {
      message: `a volume of ${quote(`type: ${type}`)} is a bind mount`,
      help: 'write `o: bind` beside it',
    };
  if (ON_DEVICES.has(type) && isMissing(device))
    return {
      message: `the device ${quote(device)} of the volume does not exist`,
      help: '`lsblk` lists the block devices of this machine',
    };
  // mount(2) loads the module of a type that it does not know yet.
  if (fileSystems.includes(type) || LOADABLE.has(type)) return undefined;
  const near = didYouMean(type, fileSystems);
  return near === undefined
    ? undefined
    : {
        message: `there is no type of file systems ${quote(type)}`,
        help: `did you mean \`type: ${near}\`?`,
      };
}

/** Types of which mount(2) takes the path of a block device, or of a file. */
const ON_DEVICES: ReadonlySet<string> = new Set(
  'btrfs erofs exfat ext2 ext3 ext4 f2fs hfs hfsplus iso9660 jfs msdos ntfs ntfs3 squashfs udf vfat xfs'.split(
    ' ',
  ),
);

/** Types of Linux 6.12 and of well-known modules beside it that are one edit from another type. */
const LOADABLE: ReadonlySet<string> = new Set(
  `afs bfs btrfs cifs efs erofs exfat ext2 ext3 ext4 fuse gfs2 hfs hfsplus jfs nfs nfs4 nfsd ntfs ntfs3 ramfs
    romfs smb3 smbfs sysfs sysv tmpfs udf ufs vfat xfs zfs`.split(/\s+/),
);
