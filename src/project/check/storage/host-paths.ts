import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { oncePerText } from '../../../base/lazy.ts';
import { createsSource } from '../../keys/parts/mounts-of.ts';
import type { Checked } from '../checked.ts';
import { checkGrantFiles } from '../security/grants.ts';
import { checkBindLabels } from './bind-labels.ts';
import { mountedVolumes } from './volume-definitions.ts';
import { flawOfDevice } from './volume-devices.ts';

/**
 * Asks the file system whether roots are directories or archives, the sources of binds and the devices of new volumes exist, and
 * files can be read. An existing volume stays as it is, whatever its definition says.
 */
export function checkFiles(project: Checked, hasVolume: HasVolume = () => false): Diagnostic[] {
  return [
    ...checkRoots(project),
    ...checkBindSources(project),
    ...checkVolumeDevices(project, hasVolume),
    ...checkBindLabels(project, existsSync(SELINUX)),
    ...checkGrantFiles(project),
  ];
}

/** selinux(8): the file system is mounted where it is on. */
const SELINUX = '/sys/fs/selinux/enforce';

/** Whether this machine has a volume of the name. */
export type HasVolume = (name: string) => boolean;

function checkRoots({ canonical, at }: Checked): Diagnostic[] {
  const kindOfRoot = oncePerText(kindOf);
  return Object.entries(canonical.services).flatMap(([name, { rootfs }]): Diagnostic[] => {
    if (rootfs === undefined || rootfs === 'host') return [];
    const kind = kindOfRoot(rootfs);
    if (kind === 'directory' || kind === 'hidden' || (kind === 'other' && isArchive(rootfs))) return [];
    const place = at('services', name, 'rootfs');
    const missing = kind === 'nothing';
    const message = missing
      ? `the root file system of \`${name}\` does not exist`
      : `the root file system of \`${name}\` is neither a directory nor an archive`;
    const notes = [`looked at ${rootfs}`];
    const help = 'unpack a root file system there, or write `rootfs: host` to use the programs of the host';
    return [
      {
        severity: 'error',
        code: 'rootfs-missing',
        message,
        at: place,
        from: `services.${name}.rootfs`,
        notes,
        help,
      },
    ];
  });
}

/** Only binds that may not be made at need; the others are directories by the time they are mounted. */
function checkBindSources({ canonical, at }: Checked): Diagnostic[] {
  return Object.entries(canonical.services).flatMap(([name, { volumes }]) =>
    (volumes ?? []).flatMap((volume, index): Diagnostic[] => {
      const { type, source } = volume;
      if (type !== 'bind' || !source || createsSource(volume) || kindOf(source) !== 'nothing') return [];
      return [
        {
          severity: 'error',
          code: 'bind-source-missing',
          message: `the bind mount source ${source} does not exist`,
          at: at('services', name, 'volumes', index, 'source'),
          from: `services.${name}.volumes[${index}]`,
          help: looksLikeFile(source)
            ? 'create the file; Docker would mount an empty directory with `create_host_path: true`'
            : `create it with \`mkdir -p ${source}\`, or set \`create_host_path: true\` under \`bind\``,
        },
      ];
    }),
  );
}

/** `site.conf` is one, `conf.d` is not. */
function looksLikeFile(path: string): boolean {
  return /^\.[^.]{2,}$/.test(extname(path));
}

function checkVolumeDevices(project: Checked, hasVolume: HasVolume): Diagnostic[] {
  const machine = { isMissing: (path: string) => kindOf(path) === 'nothing', fileSystems: fileSystems() };
  return mountedVolumes(project).flatMap(([key, volume]): Diagnostic[] => {
    const flaw = volume.external ? undefined : flawOfDevice(volume, machine);
    if (!flaw || hasVolume(volume.name || `${project.canonical.name}_${key}`)) return [];
    const at = project.atKey('volumes', key, 'driver_opts');
    return [{ severity: 'error', code: 'volume-not-mounted', at, from: `volumes.${key}`, ...flaw }];
  });
}

/** proc_filesystems(5): the types that this kernel has loaded. */
function fileSystems(): readonly string[] {
  try {
    return readFileSync('/proc/filesystems', 'utf8')
      .split('\n')
      .flatMap((line) => line.split('\t')[1] || []);
  } catch {
    return [];
  }
}

/** By its first bytes: ustar, gzip, zstd, xz or bzip2. What is in it is found out when it is read. */
function isArchive(path: string): boolean {
  const head = Buffer.alloc(512);
  try {
    if (!statSync(path).isFile()) return false;
    const file = openSync(path, 'r');
    try {
      readSync(file, head, 0, head.length, 0);
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
  const begin = head.toString('latin1');
  return begin.startsWith('ustar', 257) || COMPRESSED.some((magic) => begin.startsWith(magic));
}

const COMPRESSED = ['\x1f\x8b', '\x28\xb5\x2f\xfd', '\xfd7zXZ\0', 'BZh'];

/** A path that this user cannot look at is left to the kernel to refuse. */
function kindOf(path: string): 'directory' | 'other' | 'nothing' | 'hidden' {
  try {
    return statSync(path).isDirectory() ? 'directory' : 'other';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'hidden' : 'nothing';
  }
}
