import { latestAlike } from '../base/lazy.ts';
import type { Step } from '../kernel/program.ts';
import { DEFAULT_SYSCTLS } from './defaults.ts';
import type { Container } from './facts.ts';
import { writeToProc } from './root/proc.ts';

/** Writes sysctls of the container's own namespaces, before /proc/sys becomes read-only. */
export const sysctlSteps = ({ config, links }: Container): readonly Step[] => [
  ...writeSteps(config.linux.sysctl),
  // CVE-2024-32473: an interface on an IPv4-only network would accept an IPv6 address from any router advertisement.
  ...(links.length > 0 ? NO_IPV6 : []),
];

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
