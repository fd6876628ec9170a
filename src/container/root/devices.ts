import { oncePer } from '../../base/lazy.ts';
import { call, inside, type Step } from '../../kernel/program.ts';
import { DEVICE_LINKS } from '../defaults.ts';
import type { Container } from '../facts.ts';
import type { OciDevice } from '../oci.ts';
import { ancestors } from './files.ts';

/** Creates device nodes and symbolic links in the container's own /dev. */
export const deviceSteps = ({ config, stdio }: Container): readonly Step[] => {
  // A /dev that the service mounts itself is not changed.
  if (!config.mounts.some(({ destination, type }) => destination === '/dev' && type === 'tmpfs')) return [];
  return [...nodeSteps(config.linux.devices), ...linkSteps, ...(stdio === 'terminal' ? consoleSteps : [])];
};

const nodeSteps = oncePer((devices: readonly OciDevice[]): readonly Step[] => {
  const directories = new Set(devices.flatMap(({ path }) => ancestors(path).slice(1, -1)));
  return [
    ...[...directories].map((path) =>
      inside('a directory for device nodes', call('mkdirat', 'AT_FDCWD', path, 0o755), {
        tolerate: 'EEXIST',
      }),
    ),
    ...devices.map(({ path, type, major, minor, fileMode }) =>
      inside(
        'device nodes that programs expect in /dev',
        call(
          'mknodat',
          'AT_FDCWD',
          path,
          `${type === 'c' ? 'S_IFCHR' : 'S_IFBLK'}|${fileMode.toString(8).padStart(4, '0')}`,
          [major, minor],
        ),
        { tolerate: 'EEXIST' },
      ),
    ),
  ];
});

const linkSteps: readonly Step[] = DEVICE_LINKS.map(([link, target]) =>
  inside('links that programs expect in /dev', call('symlinkat', target, 'AT_FDCWD', link), {
    tolerate: 'EEXIST',
  }),
);

const consoleSteps: readonly Step[] = [
  inside(
    'the mount point of the terminal',
    call('mknodat', 'AT_FDCWD', '/dev/console', 'S_IFIFO|0600', [0, 0]),
  ),
  inside(
    '/dev/console is the terminal of the container',
    call('mount', '/dev/pts/0', '/dev/console', null, 'MS_BIND', null),
  ),
];
