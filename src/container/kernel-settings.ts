import { latestAlike } from '../base/lazy.ts';
import type { Step } from '../kernel/program/program.ts';
import { DEFAULT_SYSCTLS } from './defaults.ts';
import type { Container, Link } from './facts.ts';
import { writeToProc } from './root/proc.ts';

/** Writes sysctls of the container's own namespaces, before /proc/sys becomes read-only. */
export const sysctlSteps = ({ config, links }: Container): readonly Step[] => [
  ...writeSteps(config.linux.sysctl),
  ...interfaceSteps(links),
];

/** A file below /proc/sys, and what is written to it. */
type Setting = readonly [path: string, value: string];

/** The settings of an interface, which begin with those of IPv6. */
export const interfaceSettings = (link: Link): readonly Setting[] => [
  ...ipv6Settings(link),
  ...ownSettings(link),
];

/**
 * CVE-2024-32473: on an IPv4-only network an interface would accept an address from any router advertisement, and on
 * others a route.
 */
const ipv6Settings = (link: Link): readonly Setting[] =>
  Object.entries(hasIpv6(link) ? { disable_ipv6: '0', accept_ra: '0' } : { disable_ipv6: '1' }).map(
    ([name, value]) => [`net/ipv6/conf/${link.name}/${name}`, value],
  );

const ownSettings = ({ settings = {} }: Link): readonly Setting[] => Object.entries(settings);

const hasIpv6 = ({ addresses }: Pick<Link, 'addresses'>): boolean =>
  addresses.some(({ address }) => address.includes(':'));

const interfaceSteps = (links: readonly Link[]): readonly Step[] => {
  if (links.length === 0) return [];
  const own = links.flatMap(ownSteps);
  if (!links.some(hasIpv6)) return own.length === 0 ? NO_IPV6 : [...NO_IPV6, ...own];
  const why = (link: Link) =>
    hasIpv6(link) ? NO_ADVERTISEMENTS : `the network ${link.network} is IPv4 only`;
  return [
    ...links.flatMap((link) =>
      ipv6Settings(link).flatMap(([path, value]) => writeToProc(`sys/${path}`, value, why(link), IF_THERE)),
    ),
    ...own,
  ];
};

const ownSteps = (link: Link): readonly Step[] =>
  ownSettings(link).flatMap(([path, value]) =>
    writeToProc(`sys/${path}`, value, `a kernel parameter of ${link.name} alone`, {
      from: `networks.${link.network}.driver_opts`,
    }),
  );

const NO_ADVERTISEMENTS = 'IPv6 with no route but those of its networks';

// Shared by all containers with the same settings.
const writeSteps = latestAlike((settings: Readonly<Record<string, string>>): readonly Step[] =>
  Object.entries(settings).flatMap(([name, value]) => {
    const why = `the sysctl ${name} of the container’s own namespaces`;
    if (DEFAULT_SYSCTLS[name] === value) return writeToProc(sysctlPath(name), value, why, IF_THERE);
    return writeToProc(sysctlPath(name), value, why, { from: `sysctls.${name}` });
  }),
);

/** For defaults that no key asks for. */
const IF_THERE = { tolerate: 'ENOENT', skip: 1 } as const;

const NO_IPV6: readonly Step[] = [
  ['all', '1'],
  ['default', '1'],
  ['lo', '0'],
].flatMap(([scope, value]) =>
  writeToProc(
    `sys/net/ipv6/conf/${scope}/disable_ipv6`,
    value!,
    'the networks are IPv4 only: no IPv6 except on lo',
    IF_THERE,
  ),
);

const sysctlPath = (name: string): string => `sys/${name.includes('/') ? name : name.replaceAll('.', '/')}`;
