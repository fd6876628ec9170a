import { readInterfaceName } from '../driver-options.ts';
import { flaw, type Parsed } from '../flaw.ts';

/** Options of Docker for the interface of a container, in `driver_opts` of a network of a service. */
export const endpointOptionNames = {
  interfaceName: 'com.docker.network.endpoint.ifname',
  sysctls: 'com.docker.network.endpoint.sysctls',
} as const;

/** In the name of a sysctl: the name of the interface, whatever that is. */
export const INTERFACE = 'IFNAME';

/** The value of a known option; undefined for others. */
export function readEndpointOption(name: string, text: string): Parsed<unknown> | undefined {
  return Object.hasOwn(readers, name) ? readers[name]!(text) : undefined;
}

/** `net.ipv4.conf.IFNAME.log_martians=1,net.ipv6.conf.IFNAME.use_tempaddr=0`: values by name. */
export function readInterfaceSysctls(text: string): Parsed<Readonly<Record<string, string>>> {
  const lines = text.split(',').map((line) => line.trim());
  if (!lines.every((line) => SYSCTL.test(line)))
    return flaw(
      'set kernel parameters of the interface',
      undefined,
      `expected \`net.ipv4.conf.${INTERFACE}.log_martians=1\`, several of them with commas between`,
    );
  return { value: Object.fromEntries(lines.map((line) => line.split('=', 2) as [string, string])) };
}

const SYSCTL = new RegExp(`^net\\.(ipv4|ipv6|mpls)\\.(conf|neigh)\\.${INTERFACE}\\.[a-z0-9_]+=[^=\\n]+$`);

const readers: Readonly<Record<string, (text: string) => Parsed<unknown>>> = {
  [endpointOptionNames.interfaceName]: readInterfaceName,
  [endpointOptionNames.sysctls]: readInterfaceSysctls,
};
