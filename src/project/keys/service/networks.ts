import { formatIp, parseIp } from '../../../base/ip.ts';
import type { CanonicalAttachment, CanonicalService } from '../../model/canonical.ts';
import type { Attachment, Service } from '../../model/project.ts';
import { readInterfaceName } from '../../scalars/driver-options.ts';
import { orEmpty } from '../../scalars/flaw.ts';
import { readAlias } from '../../scalars/names.ts';
import { plainMac, readIp, readIpv4, readIpv6, readMac } from '../../scalars/network/addresses.ts';
import {
  endpointOptionNames,
  INTERFACE,
  readInterfaceSysctls,
} from '../../scalars/network/endpoint-options.ts';
import { integer, list, mapping, names, options, orNothing, text } from '../kinds.ts';
import { asNumber, emptyList } from '../long-forms.ts';
import { uniqueText } from '../merge-rules.ts';
import type { ServiceKey } from '../service-key.ts';

const rank = { ...integer(Number.MIN_SAFE_INTEGER), longForm: asNumber };

const { each: option, ...plainOptions } = options();

const attachment = orNothing(
  mapping('attachment', {
    aliases: {
      ...list(text(orEmpty(readAlias))),
      longForm: emptyList,
      merge: uniqueText,
      description: 'Additional names of the service in this network.',
    },
    ipv4_address: {
      ...text(orEmpty(readIpv4)),
      description: 'A fixed IPv4 address in a subnet of the file.',
    },
    ipv6_address: {
      ...text(orEmpty(readIpv6)),
      description: 'A fixed IPv6 address in a subnet of the file.',
    },
    link_local_ips: {
      ...list(text(orEmpty(readIp))),
      longForm: emptyList,
      merge: uniqueText,
      unsupported: 'link-local addresses',
    },
    mac_address: { ...text(orEmpty(readMac)), description: 'Hardware address of the interface.' },
    interface_name: {
      ...text(orEmpty(readInterfaceName)),
      description: 'Name of the interface, `eth0` and so on by default.',
    },
    driver_opts: {
      ...plainOptions,
      description: 'Options of the interface.',
      keys: {
        [endpointOptionNames.interfaceName]: { ...option!, description: 'Name of the interface.' },
        [endpointOptionNames.sysctls]: {
          ...option!,
          description: `Kernel parameters of the interface, such as \`net.ipv4.conf.${INTERFACE}.log_martians=1\`.`,
        },
      },
      each: { ...option!, unsupported: 'an option of the driver' },
    },
    priority: { ...rank, description: 'The first interface is that of the network with the highest one.' },
    gw_priority: { ...rank, description: 'The default route goes through the network with the highest one.' },
  }),
);

export const key: ServiceKey<NonNullable<CanonicalService['networks']>> = {
  ...names(attachment),
  description: 'Networks to join, `default` by default.',
  model: (networks) => ({ networks: attachmentsOf(networks) }),
  uses: (networks) =>
    Object.keys(networks).map((name) => ({ of: 'networks', name, path: ['networks', name] })),
};

/** The interfaces are in the order of the priorities, and those of the same priority in that of the names, as in Docker. */
function attachmentsOf(networks: NonNullable<CanonicalService['networks']>): Service['networks'] {
  const attachments = Object.entries(networks).map(
    ([name, attached]) => [name, attachmentOf(attached ?? {})] as const,
  );
  return Object.fromEntries(
    attachments.sort(
      ([a, { priority: first = 0 }], [b, { priority: second = 0 }]) => second - first || (a < b ? -1 : 1),
    ),
  );
}

function attachmentOf(attached: CanonicalAttachment): Attachment {
  const { ipv4_address, ipv6_address, mac_address, priority, gw_priority, driver_opts = {} } = attached;
  const interfaceName = attached.interface_name || driver_opts[endpointOptionNames.interfaceName];
  const sysctls = readInterfaceSysctls(driver_opts[endpointOptionNames.sysctls] ?? '');
  return {
    aliases: (attached.aliases ?? []).filter((alias) => alias !== ''),
    ...(ipv4_address && { ipv4Address: ipv4_address }),
    ...(ipv6_address && { ipv6Address: formatIp(parseIp(ipv6_address)!) }),
    ...(mac_address && { macAddress: plainMac(mac_address) }),
    ...(interfaceName && { interfaceName }),
    ...('value' in sysctls && { sysctls: sysctls.value }),
    ...(priority && { priority }),
    ...(gw_priority && { gatewayPriority: gw_priority }),
  };
}
