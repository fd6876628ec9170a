import { oncePer } from '../base/lazy.ts';
import { call, inside, type Step } from '../kernel/program.ts';
import { DEFAULT_SYSCTLS, MASKED_PATHS } from './defaults.ts';
import type { Container } from './facts.ts';
import { writeIfThere, writeInside } from './root/files.ts';

/** Writes sysctls of the container's own namespaces, before /proc/sys becomes read-only. */
export const sysctlSteps = ({ config, links, from }: Container): readonly Step[] => [
  ...Object.entries(config.linux.sysctl).flatMap(([name, value]) => {
    const why = `the sysctl ${name} of the container’s own namespaces`;
    if (DEFAULT_SYSCTLS[name] === value) return writeIfThere(sysctlPath(name), value, why);
    const origin = from(`sysctls.${name}`);
    return writeInside(sysctlPath(name), value, why, origin === undefined ? {} : { from: origin });
  }),
  // CVE-2024-32473: an interface on an IPv4-only network would accept an IPv6 address from any router advertisement.
  ...(links.length > 0 ? NO_IPV6 : []),
];

const NO_IPV6: readonly Step[] = [
  ['all', '1'],
  ['default', '1'],
  ['lo', '0'],
].flatMap(([scope, value]) =>
  writeIfThere(
    `/proc/sys/net/ipv6/conf/${scope}/disable_ipv6`,
    value!,
    'the networks are IPv4 only: no IPv6 except on lo',
  ),
);

const sysctlPath = (name: string): string =>
  `/proc/sys/${name.includes('/') ? name : name.replaceAll('.', '/')}`;

/** Masks paths that expose the host, and makes paths read-only that change it. Some kernels lack some of the paths. */
export const maskSteps = ({ config }: Container): readonly Step[] => [
  ...readOnlySteps(config.linux.readonlyPaths),
  ...hiddenSteps(config.linux.maskedPaths),
];

const readOnlySteps = oncePer((paths: readonly string[]): readonly Step[] =>
  paths.flatMap((path) => [
    inside(READ_ONLY, call('mount', path, path, null, 'MS_BIND|MS_REC', null), {
      tolerate: 'ENOENT',
      skip: 1,
    }),
    inside(
      READ_ONLY,
      call('mount', null, path, null, 'MS_BIND|MS_REMOUNT|MS_RDONLY|MS_NOSUID|MS_NODEV|MS_NOEXEC', null),
    ),
  ]),
);

const hiddenSteps = oncePer((paths: readonly string[]): readonly Step[] =>
  paths.map((path) =>
    isDirectory(path)
      ? inside(
          'masked by an empty directory',
          call('mount', 'tmpfs', path, 'tmpfs', 'MS_RDONLY', 'size=0k'),
          { tolerate: 'ENOENT' },
        )
      : inside('masked by /dev/null', call('mount', '/dev/null', path, null, 'MS_BIND', null), {
          tolerate: 'ENOENT',
        }),
  ),
);

const READ_ONLY = 'settings of the host’s kernel are read-only';

const DIRECTORIES = new Set(
  MASKED_PATHS.filter((path) => path.endsWith('/')).map((path) => path.slice(0, -1)),
);

const isDirectory = (path: string): boolean => DIRECTORIES.has(path) || path.endsWith('/thermal_throttle');
