import { GROUPS } from '../../../kernel/netlink/link.ts';
import { chainAdd } from '../../../kernel/netlink/nft/chain.ts';
import type { Nft, Table } from '../../../kernel/netlink/nft/message.ts';
import {
  destinationIsLocal,
  end,
  type Field,
  INPUT_INTERFACE,
  IP_DESTINATION,
  IP_SOURCE,
  IP6_DESTINATION,
  IP6_SOURCE,
  is,
  isEstablished,
  isIn,
  isNot,
  isNotInGroups,
  isNotWithin,
  isWithin,
  masquerade,
  OUTPUT_GROUP,
  OUTPUT_INTERFACE,
  onlyVersion,
  redirectBy,
  verdictFrom,
  wasRedirected,
} from '../../../kernel/netlink/nft/phrases.ts';
import { ruleAdd } from '../../../kernel/netlink/nft/rule.ts';
import { blockElement, type Element, element, elementsAdd, setAdd } from '../../../kernel/netlink/nft/set.ts';
import { ACCEPT, block, DROP, goTo, interfaceNamed, jump } from '../../../kernel/netlink/nft/values.ts';
import { elementsBySet, type Mapping } from './mapping.ts';

/** A network of a project, as its packets are treated. */
export type FilteredNetwork = {
  readonly key: string;
  /** The interface. */
  readonly bridge: string;
  /** IPv4 and IPv6 subnets, CIDR. */
  readonly blocks: readonly string[];
  /** Nothing leaves the network, and nothing enters it. */
  readonly internal: boolean;
  /** Packets that leave have an address of the host. */
  readonly masquerade: boolean;
  /** Containers of the network reach each other. */
  readonly icc: boolean;
};

/** The two versions of IP; the guard of interfaces has a set for each. */
export type Version = 4 | 6;

export type Ruleset = {
  readonly networks: readonly FilteredNetwork[];
  readonly mappings: readonly Mapping[];
  /** Interfaces that forward packets only because of us, for each version of IP. */
  readonly opened: Readonly<Record<Version, readonly string[]>>;
};

/** The one table of a project; `down` removes it, and everything with it. */
export const tableOf = (project: string): Table => ({ family: 'inet', name: `${TABLE_PREFIX}${project}` });

export const TABLE_PREFIX = 'tscompose-';

/** Everything in a project's table. */
export const rulesetMessages = (table: Table, { networks, mappings, opened }: Ruleset): readonly Nft[] => [
  ...baseMessages(table),
  ...networks.flatMap((network) => networkMessages(table, network)),
  ...elementMessages(table, [
    ...networks.flatMap(networkElements),
    ...elementsBySet(mappings),
    ...VERSIONS.map((version) => [openedSet(version), opened[version].map(interfaceElement)] as const),
  ]),
];

/** Published ports lead to their containers from now on. */
export const publishing = (table: Table, mappings: readonly Mapping[]): readonly Nft[] =>
  elementMessages(table, [...elementsBySet(mappings)]);

type SetElements = readonly [set: string, elements: readonly Element[]];

const elementMessages = (table: Table, parts: readonly SetElements[]): readonly Nft[] => {
  const sets = new Map<string, readonly Element[]>();
  for (const [set, elements] of parts) sets.set(set, [...(sets.get(set) ?? []), ...elements]);
  return [...sets].flatMap(([set, elements]) => elementsAdd(table, set, elements));
};

const VERSIONS = [4, 6] as const;

export const openedSet = (version: Version): string => `opened${version}`;

export const interfaceElement = (name: string): Element => element(interfaceNamed(name));

const baseMessages = (table: Table): readonly Nft[] => [
  setAdd(table, {
    name: 'ports4',
    key: ['ipv4_addr', 'inet_proto', 'inet_service'],
    data: ['ipv4_addr', 'inet_service'],
  }),
  setAdd(table, { name: 'any4', key: ['inet_proto', 'inet_service'], data: ['ipv4_addr', 'inet_service'] }),
  setAdd(table, {
    name: 'ports6',
    key: ['ipv6_addr', 'inet_proto', 'inet_service'],
    data: ['ipv6_addr', 'inet_service'],
  }),
  setAdd(table, { name: 'any6', key: ['inet_proto', 'inet_service'], data: ['ipv6_addr', 'inet_service'] }),
  setAdd(table, { name: 'nets4', key: ['ipv4_addr'], data: 'verdict', isInterval: true }),
  setAdd(table, { name: 'nets6', key: ['ipv6_addr'], data: 'verdict', isInterval: true }),
  setAdd(table, { name: 'to-network', key: ['ifname'], data: 'verdict' }),
  setAdd(table, { name: 'from-network', key: ['ifname'], data: 'verdict' }),
  ...VERSIONS.map((version) => setAdd(table, { name: openedSet(version), key: ['ifname'] })),
  chainAdd(table, 'publish'),
  chainAdd(table, 'nat-prerouting', { type: 'nat', hook: 'prerouting', priority: PRIORITIES.dstnat }),
  chainAdd(table, 'nat-output', { type: 'nat', hook: 'output', priority: PRIORITIES.dstnat }),
  chainAdd(table, 'nat-postrouting', { type: 'nat', hook: 'postrouting', priority: PRIORITIES.srcnat }),
  chainAdd(table, 'raw-prerouting', { type: 'filter', hook: 'prerouting', priority: PRIORITIES.raw }),
  chainAdd(table, 'forward', { type: 'filter', hook: 'forward', priority: PRIORITIES.filter }),
  ruleAdd(table, 'nat-prerouting', destinationIsLocal, end(goTo('publish'))),
  // Programs of the host; what they ask of loopback addresses stays there.
  ruleAdd(
    table,
    'nat-output',
    isNotWithin(IP_DESTINATION, block('127.0.0.0/8')),
    destinationIsLocal,
    end(goTo('publish')),
  ),
  ruleAdd(
    table,
    'nat-output',
    isNotWithin(IP6_DESTINATION, block('::1/128')),
    destinationIsLocal,
    end(goTo('publish')),
  ),
  ruleAdd(table, 'publish', redirectBy('ip', 'ports4', ['address', 'port'])),
  ruleAdd(table, 'publish', redirectBy('ip', 'any4', ['port'])),
  ruleAdd(table, 'publish', redirectBy('ip6', 'ports6', ['address', 'port'])),
  ruleAdd(table, 'publish', redirectBy('ip6', 'any6', ['port'])),
  ruleAdd(table, 'raw-prerouting', verdictFrom(IP_DESTINATION, 'nets4')),
  ruleAdd(table, 'raw-prerouting', verdictFrom(IP6_DESTINATION, 'nets6')),
  ruleAdd(table, 'forward', verdictFrom(OUTPUT_INTERFACE, 'to-network')),
  ruleAdd(table, 'forward', verdictFrom(INPUT_INTERFACE, 'from-network')),
  // The host is no router because of us: what enters through an interface that we opened goes to our networks only.
  ...VERSIONS.map((version) =>
    ruleAdd(
      table,
      'forward',
      onlyVersion(version === 4 ? 'ip' : 'ip6'),
      isIn(INPUT_INTERFACE, openedSet(version)),
      isNotInGroups(OUTPUT_GROUP, GROUPS),
      end(DROP),
    ),
  ),
];

const networkMessages = (table: Table, network: FilteredNetwork): readonly Nft[] => {
  const { bridge, blocks, internal } = network;
  const own = interfaceNamed(bridge);
  const [to, direct] = [toChain(network), directChain(network)];
  return [
    chainAdd(table, to),
    ...(internal ? [] : [ruleAdd(table, to, isEstablished, end(ACCEPT))]),
    ...(network.icc ? [ruleAdd(table, to, is(INPUT_INTERFACE, own), end(ACCEPT))] : []),
    ...(internal ? [] : [ruleAdd(table, to, wasRedirected, end(ACCEPT))]),
    ruleAdd(table, to, end(DROP)),
    // Nobody but the network and the host itself sends to its addresses directly.
    chainAdd(table, direct),
    ruleAdd(
      table,
      direct,
      isNot(INPUT_INTERFACE, own),
      isNot(INPUT_INTERFACE, interfaceNamed('lo')),
      end(DROP),
    ),
    ...(internal ? [] : blocks.flatMap((text) => masqueradeRules(table, network, text))),
  ];
};

const toChain = ({ key }: FilteredNetwork): string => `to-${key}`;
const directChain = ({ key }: FilteredNetwork): string => `direct-${key}`;

const networkElements = (network: FilteredNetwork): readonly SetElements[] => {
  const own = interfaceNamed(network.bridge);
  return [
    ...network.blocks.map(
      (text): SetElements => [
        isIp6(text) ? 'nets6' : 'nets4',
        [blockElement(block(text), jump(directChain(network)))],
      ],
    ),
    ['to-network', [element(own, jump(toChain(network)))]],
    ['from-network', [element(own, network.internal ? DROP : ACCEPT)]],
  ];
};

const masqueradeRules = (table: Table, network: FilteredNetwork, text: string): readonly Nft[] => {
  const source: Field = isIp6(text) ? IP6_SOURCE : IP_SOURCE;
  const own = interfaceNamed(network.bridge);
  const outward = ruleAdd(
    table,
    'nat-postrouting',
    isWithin(source, block(text)),
    isNot(OUTPUT_INTERFACE, own),
    masquerade,
  );
  // A container that asks a published port of its own network gets its answer through the host.
  const back = ruleAdd(
    table,
    'nat-postrouting',
    wasRedirected,
    isWithin(source, block(text)),
    is(OUTPUT_INTERFACE, own),
    masquerade,
  );
  return network.masquerade ? [outward, back] : [back];
};

const isIp6 = (text: string): boolean => text.includes(':');

/** The names of nft(8). */
const PRIORITIES = { raw: -300, dstnat: -100, filter: 0, srcnat: 100 } as const;
