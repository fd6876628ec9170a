import { formatBlock, formatIp, holds, isHostAddress, parseIp } from '../../../base/ip.ts';
import type { CanonicalAttachment, CanonicalNetwork, CanonicalService } from '../../model/canonical.ts';
import { plainMac } from '../../scalars/network/addresses.ts';
import { quote } from '../../tree/wording.ts';
import { type Check, type Checked, error } from '../checked.ts';
import { blocksOfNetwork, gatewayOf, hostsOf } from './address-blocks.ts';
import { writtenInterfaceName } from './endpoint-options.ts';

/** The attachment of a service to a network that the project has. */
type Attached = {
  readonly service: string;
  readonly network: string;
  readonly attachment: CanonicalAttachment;
  readonly definition: CanonicalNetwork;
};

function attachmentsOf({ canonical }: Checked): Attached[] {
  return Object.entries(canonical.services).flatMap(([service, { networks }]) =>
    Object.entries(networks ?? {}).flatMap(([network, attachment]) => {
      const definition = canonical.networks?.[network];
      return definition ? [{ service, network, attachment: attachment ?? {}, definition }] : [];
    }),
  );
}

const KEYS = ['ipv4_address', 'ipv6_address'] as const;

/** An address that a service asks for is in a subnet of the file, and of nobody else. */
export const fixedAddresses: Check = (project) => {
  const taken = new Map<string, Attached & { readonly key: (typeof KEYS)[number] }>();
  return attachmentsOf(project).flatMap((attached) =>
    KEYS.flatMap((key) => {
      const { service, network, attachment } = attached;
      const text = attachment[key];
      if (!text || attached.definition.external) return [];
      const place = project.at('services', service, 'networks', network, key);
      const fault = faultOf(project, attached, key, text);
      if (fault) return [error('invalid-value', fault.message, place, fault)];
      const name = `${network} ${formatIp(parseIp(text)!)}`;
      const other = taken.get(name);
      taken.set(name, { ...attached, key });
      if (!other) return [];
      const there = project.at('services', other.service, 'networks', network, other.key);
      const message = `two services have the address ${text} on the network ${quote(network)}`;
      const labels = [{ at: there, text: `address of ${other.service}` }];
      return [error('duplicate-address', message, place, { label: `address of ${service}`, labels })];
    }),
  );
};

type Fault = { readonly message: string; readonly label?: string; readonly help?: string };

function faultOf(
  project: Checked,
  { network, definition }: Attached,
  key: (typeof KEYS)[number],
  text: string,
): Fault | undefined {
  const [family, isOn] =
    key === 'ipv4_address'
      ? ['IPv4', definition.enable_ipv4 !== false]
      : ['IPv6', definition.enable_ipv6 === true];
  if (!isOn)
    return {
      message: `the network ${quote(network)} has no ${family}`,
      help: `set ${quote(`enable_${family.toLowerCase()}: true`)} for ${quote(network)}`,
    };
  const ip = parseIp(text)!;
  const blocks = blocksOfNetwork(project, network, definition).filter(
    ({ subnet }) => subnet?.bits === ip.bits,
  );
  if (blocks.length === 0)
    return {
      message: `an address of ${quote(network)} needs a subnet in the file`,
      help: `add \`ipam: { config: [{ subnet: … }] }\` to ${quote(network)}`,
    };
  const block = blocks.find(({ subnet }) => holds(subnet!, ip));
  if (!block)
    return {
      message: `${text} is in no subnet of the network ${quote(network)}`,
      label: `expected ${blocks.map(({ subnet }) => hostsOf(subnet!)).join(', or ')}`,
    };
  const { subnet, definition: written } = block;
  if (!isHostAddress(subnet!, ip))
    return {
      message: `no container can have the first or the last address of ${formatBlock(subnet!)}`,
      label: `expected ${hostsOf(subnet!)}`,
    };
  if (isSame(gatewayOf(block), text))
    return {
      message: `${text} is the gateway of the network ${quote(network)}`,
      help: 'choose another address, or another `gateway`',
    };
  const reserved = Object.entries(written.aux_addresses ?? {}).find(([, address]) => isSame(address, text));
  return reserved && { message: `${text} is reserved by ${quote(reserved[0])} in \`aux_addresses\`` };
}

const isSame = (a: string | undefined, b: string): boolean =>
  a !== undefined && formatIp(parseIp(a)!) === formatIp(parseIp(b)!);

/** No two interfaces on a network have one hardware address. */
export const hardwareAddresses: Check = (project) => {
  const taken = new Map<string, Attached>();
  return attachmentsOf(project).flatMap((attached) => {
    const { service, network } = attached;
    const mac = macOf(attached, project.canonical.services[service]!);
    if (!mac) return [];
    const name = `${network} ${plainMac(mac.text)}`;
    const other = taken.get(name);
    taken.set(name, attached);
    if (!other) return [];
    const labels = [{ at: placeOfMac(other, project), text: `hardware address of ${other.service}` }];
    return [
      error(
        'duplicate-address',
        `two services have the hardware address ${mac.text} on the network ${quote(network)}`,
        placeOfMac(attached, project),
        { label: `hardware address of ${service}`, labels },
      ),
    ];
  });
};

/** That of the service is for its first network; of several, only the model knows which. */
function macOf({ attachment }: Attached, service: CanonicalService): { readonly text: string } | undefined {
  if (attachment.mac_address) return { text: attachment.mac_address };
  const isOnly = Object.keys(service.networks ?? {}).length === 1;
  return service.mac_address && isOnly ? { text: service.mac_address } : undefined;
}

const placeOfMac = ({ service, network, attachment }: Attached, { at }: Checked) =>
  attachment.mac_address
    ? at('services', service, 'networks', network, 'mac_address')
    : at('services', service, 'mac_address');

/** No two interfaces of a service have one name. */
export const interfaceNames: Check = (project) => {
  const taken = new Map<string, Attached>();
  return attachmentsOf(project).flatMap((attached) => {
    const { service, network, attachment } = attached;
    const text = writtenInterfaceName(attachment)?.name;
    if (!text) return [];
    const other = taken.get(`${service} ${text}`);
    taken.set(`${service} ${text}`, attached);
    if (!other) return [];
    const placeOf = (on: Attached) =>
      project.at('services', service, 'networks', on.network, ...writtenInterfaceName(on.attachment)!.path);
    const labels = [{ at: placeOf(other), text: `interface on ${other.network}` }];
    const message = `two interfaces of ${quote(service)} have the name ${quote(text)}`;
    return [
      error('duplicate-name', message, placeOf(attached), { label: `interface on ${network}`, labels }),
    ];
  });
};
