import { oncePer } from '../../base/lazy.ts';
import { call, inside, type Step } from '../../kernel/program.ts';
import { DEVICE_LINKS } from '../defaults.ts';
import { FIXED } from '../descriptors.ts';
import type { Container } from '../facts.ts';
import type { OciDevice } from '../oci.ts';
import { ancestors, directoryInside, FOUND_DIRECTORY } from './files.ts';

/** The directory of /dev, open while nothing is mounted below it: no volume can come between. */
export const DEV_DESCRIPTOR = FIXED.dev;

const DEV = '/dev/';

/** Creates device nodes and symbolic links in the directory at DEV_DESCRIPTOR. */
export const deviceSteps = oncePer((devices: readonly OciDevice[]): readonly Step[] => {
  const nodes = devices.filter(({ path }) => path.startsWith(DEV));
  const directories = new Set(nodes.flatMap(({ path }) => ancestors(path).slice(1, -1)));
  return [
    ...[...directories].map((path) =>
      inside('a directory for device nodes', call('mkdirat', DEV_DESCRIPTOR, below(path), 0o755)),
    ),
    ...nodes.flatMap((device) => nodeSteps(DEV_DESCRIPTOR, below(device.path), device)),
    ...linkSteps,
  ];
});

const nodeSteps = (
  directory: number,
  name: string,
  { type, major, minor, fileMode, uid, gid }: OciDevice,
): readonly Step[] => {
  const mode = `${type === 'c' ? 'S_IFCHR' : 'S_IFBLK'}|${fileMode.toString(8).padStart(4, '0')}`;
  return [
    inside(NODES, call('mknodat', directory, name, mode, [major, minor])),
    ...(uid === 0 && gid === 0
      ? []
      : [inside(NODES, call('fchownat', directory, name, uid, gid, 'AT_SYMLINK_NOFOLLOW'))]),
  ];
};

const NODES = 'device nodes with the numbers, modes and owners of the host’s';

const ELSEWHERE = 'a device node outside of /dev, resolved within the root file system';
const DIRECTORY = FIXED.scratch;

/** Creates the nodes of `devices` that are not below /dev. The layer may still have those of an earlier start. */
export const elsewhereSteps = ({ config }: Container): readonly Step[] =>
  config.linux.devices
    .filter(({ path }) => !path.startsWith(DEV))
    .flatMap((device) => {
      const parents = ancestors(device.path).slice(0, -1);
      const name = device.path.slice(device.path.lastIndexOf('/') + 1);
      return [
        ...parents.flatMap((path) => directoryInside(path, ELSEWHERE)),
        inside(ELSEWHERE, call('openat2', 'AT_FDCWD', parents.at(-1) ?? '/', FOUND_DIRECTORY), {
          as: 'directory',
        }),
        inside(ELSEWHERE, call('dup3', '$directory', DIRECTORY, 'O_CLOEXEC')),
        inside(ELSEWHERE, call('unlinkat', DIRECTORY, name, ''), { tolerate: 'ENOENT' }),
        ...nodeSteps(DIRECTORY, name, device),
      ];
    });

const below = (path: string): string => path.slice(DEV.length);

const linkSteps: readonly Step[] = DEVICE_LINKS.map(([link, target]) =>
  inside('links that programs expect in /dev', call('symlinkat', target, DEV_DESCRIPTOR, below(link)), {
    tolerate: 'EEXIST',
  }),
);
