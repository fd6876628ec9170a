import { call, inside, type Step } from '../../kernel/program/program.ts';
import { FIXED, openAt } from '../descriptors.ts';
import type { OciDevice, OciMount } from '../oci.ts';
import { deviceSteps } from './devices.ts';
import { REAL_DIRECTORY } from './files.ts';
import { newNullSteps, openNullSteps } from './null.ts';

/**
 * The steps of the mount on /dev. Device nodes are created in a tmpfs as soon as it is mounted. A null device of the
 * container's own is open at FIXED.null afterwards: if the service mounts its own /dev, it is in a small file
 * system below that mount.
 */
export const devMountSteps = (
  devices: readonly OciDevice[],
  { type, options }: OciMount,
  mountSteps: readonly Step[],
): readonly Step[] => {
  const isOurs = type === 'tmpfs';
  const hasNull =
    isOurs &&
    !options.includes('nodev') &&
    devices.some(({ path, major, minor }) => path === '/dev/null' && major === 1 && minor === 3);
  return [
    ...(hasNull ? [] : [...belowSteps, ...newNullSteps]),
    ...mountSteps,
    ...(isOurs ? [...holdSteps, ...deviceSteps(devices)] : []),
    ...(hasNull ? openNullSteps : []),
  ];
};

const HOLD = 'the directory for device nodes, before anything is mounted in it';

const holdSteps = openAt(FIXED.dev, 'dev', HOLD, call('openat2', 'AT_FDCWD', '/dev', REAL_DIRECTORY));

const BELOW = 'a file system for a null device, below the mount of the service on /dev';

const belowSteps: readonly Step[] = [
  inside(BELOW, call('openat2', 'AT_FDCWD', '/dev', REAL_DIRECTORY)),
  inside(BELOW, call('mount', 'tmpfs', '/dev', 'tmpfs', 'MS_NOSUID|MS_NOEXEC', 'mode=700,nr_inodes=2')),
  ...holdSteps,
];
