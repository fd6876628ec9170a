import { oncePer } from '../../base/lazy.ts';
import { call, inside, type Step } from '../../kernel/program.ts';
import { DEVICE_LINKS } from '../defaults.ts';
import type { Container } from '../facts.ts';
import type { OciDevice } from '../oci.ts';
import { ancestors } from './files.ts';

/** The directory of /dev, open while nothing is mounted below it: no volume can come between. */
export const DEV_DESCRIPTOR = 98;

const DEV = '/dev/';

/** Creates device nodes and symbolic links in the directory at DEV_DESCRIPTOR. */
export const deviceSteps = oncePer((devices: readonly OciDevice[]): readonly Step[] => {
  const nodes = devices.filter(({ path }) => path.startsWith(DEV));
  const directories = new Set(nodes.flatMap(({ path }) => ancestors(path).slice(1, -1)));
  return [
    ...[...directories].map((path) =>
      inside('a directory for device nodes', call('mkdirat', DEV_DESCRIPTOR, below(path), 0o755)),
    ),
    ...nodes.map(({ path, type, major, minor, fileMode }) =>
      inside(
        'device nodes that programs expect in /dev',
        call(
          'mknodat',
          DEV_DESCRIPTOR,
          below(path),
          `${type === 'c' ? 'S_IFCHR' : 'S_IFBLK'}|${fileMode.toString(8).padStart(4, '0')}`,
          [major, minor],
        ),
      ),
    ),
    ...linkSteps,
  ];
});

const below = (path: string): string => path.slice(DEV.length);

const linkSteps: readonly Step[] = DEVICE_LINKS.map(([link, target]) =>
  inside('links that programs expect in /dev', call('symlinkat', target, DEV_DESCRIPTOR, below(link)), {
    tolerate: 'EEXIST',
  }),
);

/** Makes the terminal the console, where /dev is a file system of the container’s own. */
export const consoleSteps = ({ config, stdio }: Container): readonly Step[] => {
  const hasDev = config.mounts.some(({ destination, type }) => destination === '/dev' && type === 'tmpfs');
  return hasDev && stdio === 'terminal' ? terminalSteps : [];
};

const terminalSteps: readonly Step[] = [
  inside(
    'the mount point of the terminal',
    call('mknodat', 'AT_FDCWD', '/dev/console', 'S_IFIFO|0600', [0, 0]),
  ),
  inside(
    '/dev/console is the terminal of the container',
    call('mount', '/dev/pts/0', '/dev/console', null, 'MS_BIND', null),
  ),
];
