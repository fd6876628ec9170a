import { oncePer } from '../../base/lazy.ts';
import { call, inside, type Step } from '../../kernel/program/program.ts';
import { DEVICE_LINKS } from '../defaults.ts';
import { FIXED, openAt } from '../descriptors.ts';
import type { Container } from '../facts.ts';
import type { OciDevice } from '../oci.ts';
import { ancestors, directoryInside, FOUND_DIRECTORY } from './files.ts';

const DEV = '/dev/';

/** Creates device nodes and symbolic links in the directory at FIXED.dev. */
export const deviceSteps = oncePer((devices: readonly OciDevice[]): readonly Step[] => {
  const nodes = devices.filter(({ path }) => path.startsWith(DEV));
  const directories = new Set(nodes.flatMap(({ path }) => ancestors(path).slice(1, -1)));
  return [
    ...[...directories].map((path) =>
      inside('a directory for device nodes', call('mkdirat', FIXED.dev, below(path), 0o755)),
    ),
    ...nodes.flatMap((device) => nodeSteps(FIXED.dev, below(device.path), device)),
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

/** Creates the nodes of `devices` that are not below /dev. The layer may still have those of an earlier start. */
export const elsewhereSteps = ({ config }: Container): readonly Step[] =>
  config.linux.devices
    .filter(({ path }) => !path.startsWith(DEV))
    .flatMap((device) => {
      const parents = ancestors(device.path).slice(0, -1);
      const name = device.path.slice(device.path.lastIndexOf('/') + 1);
      return [
        ...parents.flatMap((path) => directoryInside(path, ELSEWHERE)),
        ...openAt(
          FIXED.scratch,
          'directory',
          ELSEWHERE,
          call('openat2', 'AT_FDCWD', parents.at(-1) ?? '/', FOUND_DIRECTORY),
        ),
        inside(ELSEWHERE, call('unlinkat', FIXED.scratch, name, ''), { tolerate: 'ENOENT' }),
        ...nodeSteps(FIXED.scratch, name, device),
      ];
    });

const below = (path: string): string => path.slice(DEV.length);

const linkSteps: readonly Step[] = DEVICE_LINKS.map(([link, target]) =>
  inside('links that programs expect in /dev', call('symlinkat', target, FIXED.dev, below(link)), {
    tolerate: 'EEXIST',
  }),
);
