import { readFileSync, statSync } from 'node:fs';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { createsSource } from '../keys/parts/mounts-of.ts';
import type { Checked } from './checked.ts';
import { checkGrantFiles } from './grants.ts';
import { mountedVolumes } from './volume-definitions.ts';
import { flawOfDevice } from './volume-devices.ts';

/**
 * Asks the file system whether roots are directories, the sources of binds and the devices of new volumes exist, and
 * files can be read. An existing volume stays as it is, whatever its definition says.
 */
export function checkFiles(project: Checked, hasVolume: HasVolume = () => false): Diagnostic[] {
  return [
    ...checkRoots(project),
    ...checkBindSources(project),
    ...checkVolumeDevices(project, hasVolume),
    ...checkGrantFiles(project),
  ];
}

/** Whether this machine has a volume of the name. */
export type HasVolume = (name: string) => boolean;

function checkRoots({ canonical, at }: Checked): Diagnostic[] {
  return Object.entries(canonical.services).flatMap(([name, { rootfs }]): Diagnostic[] => {
    if (rootfs === undefined || rootfs === 'host') return [];
    const kind = kindOf(rootfs);
    if (kind === 'directory' || kind === 'hidden') return [];
    const place = at('services', name, 'rootfs');
    const missing = kind === 'nothing';
    const message = missing
      ? `the root file system of \`${name}\` does not exist`
      : `the root file system of \`${name}\` is not a directory`;
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
          help: `create it with \`mkdir -p ${source}\`, or set \`create_host_path: true\` under \`bind\``,
        },
      ];
    }),
  );
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

/** What this user cannot look at is left to the kernel to refuse. */
function kindOf(path: string): 'directory' | 'other' | 'nothing' | 'hidden' {
  try {
    return statSync(path).isDirectory() ? 'directory' : 'other';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'hidden' : 'nothing';
  }
}
