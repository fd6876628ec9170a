import type { CanonicalService } from '../../model/canonical.ts';
import type { Service } from '../../model/project.ts';
import { readIp, readIpv4, readIpv6, readMac } from '../../scalars/addresses.ts';
import { orEmpty } from '../../scalars/flaw.ts';
import { readAlias } from '../../scalars/names.ts';
import { integer, list, mapping, names, options, orNothing, text } from '../kinds.ts';
import { asNumber, emptyList } from '../long-forms.ts';
import { uniqueText } from '../merge-rules.ts';
import type { ServiceKey } from '../service-key.ts';

const rank = { ...integer(Number.MIN_SAFE_INTEGER), longForm: asNumber };

const attachment = orNothing(
  mapping('attachment', {
    aliases: {
      ...list(text(orEmpty(readAlias))),
      longForm: emptyList,
      merge: uniqueText,
      description: 'Additional names of the service in this network.',
    },
    ipv4_address: { ...text(orEmpty(readIpv4)), unsupported: 'a fixed IPv4 address' },
    ipv6_address: { ...text(orEmpty(readIpv6)), unsupported: 'a fixed IPv6 address' },
    link_local_ips: {
      ...list(text(orEmpty(readIp))),
      longForm: emptyList,
      merge: uniqueText,
      unsupported: 'link-local addresses',
    },
    mac_address: { ...text(orEmpty(readMac)), unsupported: 'the hardware address' },
    interface_name: { ...text(), unsupported: 'the name of the interface' },
    driver_opts: { ...options(), unsupported: 'options of the driver' },
    priority: { ...rank, unsupported: 'the order in which networks are joined' },
    gw_priority: { ...rank, unsupported: 'the priority for the default route' },
  }),
);

export const key: ServiceKey<NonNullable<CanonicalService['networks']>> = {
  ...names(attachment),
  description: 'Networks to join, `default` by default.',
  model: (networks) => ({ networks: attachmentsOf(networks) }),
  uses: (networks) =>
    Object.keys(networks).map((name) => ({ of: 'networks', name, path: ['networks', name] })),
};

function attachmentsOf(networks: NonNullable<CanonicalService['networks']>): Service['networks'] {
  return Object.fromEntries(
    Object.entries(networks).map(([name, attached]) => [
      name,
      { aliases: (attached?.aliases ?? []).filter((alias) => alias !== '') },
    ]),
  );
}
