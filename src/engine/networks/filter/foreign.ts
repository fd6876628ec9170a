import type { Diagnostic } from '../../../base/diagnostic.ts';
import { filterTable } from '../../../kernel/ffi/xtables-socket.ts';
import type { Nft, Table } from '../../../kernel/netlink/nft/message.ts';
import type { FoundChain } from '../../../kernel/netlink/nft/parse.ts';
import {
  counted,
  end,
  type Field,
  INPUT_INTERFACE,
  is,
  OUTPUT_INTERFACE,
} from '../../../kernel/netlink/nft/phrases.ts';
import { ruleDelete, ruleInsert } from '../../../kernel/netlink/nft/rule.ts';
import { ruleText } from '../../../kernel/netlink/nft/rule-text.ts';
import { ACCEPT, interfaceNamed } from '../../../kernel/netlink/nft/values.ts';
import type { Netfilter } from '../netfilter.ts';
import { TABLE_PREFIX } from './ruleset.ts';

/** A firewall of another program that drops what the host forwards, and with it the packets of our networks. */
export type ForeignFirewall = {
  readonly table: Table;
  /** The chain at the hook `forward`. */
  readonly chain: string;
  readonly kind: Kind;
  /** It lets our interfaces through already. */
  readonly isOpen: boolean;
};

type Kind = 'docker' | 'ufw' | 'firewalld' | 'legacy' | 'other';

/**
 * The verdict `accept` of our table is not the last one: a packet passes every chain at its hook. A chain is a firewall
 * of this kind if its policy or its last rule drops what it does not know.
 */
export const foreignFirewalls = (
  netfilter: Pick<Netfilter, 'chains' | 'rules'>,
): readonly ForeignFirewall[] => [...inNetfilter(netfilter), ...LEGACY.flatMap(inXtables)];

const inNetfilter = (netfilter: Pick<Netfilter, 'chains' | 'rules'>): readonly ForeignFirewall[] => {
  const chains = netfilter.chains();
  return chains
    .filter(({ table, base }) => base?.hook === 'forward' && !table.name.startsWith(TABLE_PREFIX))
    .flatMap(({ table, name, base }): readonly ForeignFirewall[] => {
      const rules = netfilter.rules(table);
      const texts = rules.map(ruleText);
      const last = rules.filter(({ chain }) => chain === name).at(-1);
      const drops = base?.drops || (last !== undefined && ['drop', 'reject'].includes(ruleText(last)));
      if (!drops || table.family === 'bridge') return [];
      const isOpen = WAYS.every(({ text }) => texts.includes(text)) || texts.some(isZone);
      return [{ table, chain: name, kind: kindOf(chains, table), isOpen }];
    });
};

const LEGACY = ['ip', 'ip6'] as const;

/** A change of one rule replaces all of its rules at once; so they are only read. */
const inXtables = (family: (typeof LEGACY)[number]): readonly ForeignFirewall[] => {
  const found = filterTable(family);
  if (!found?.drops) return [];
  const has = (which: 'input' | 'output'): boolean =>
    found.rules.some((rule) => rule[which] === 'tsc+' && rule.target === 'accept');
  return [
    {
      table: { family, name: 'filter' },
      chain: found.chains.includes(DOCKER_USER) ? DOCKER_USER : 'FORWARD',
      kind: found.chains.some(isOfUfw) ? 'ufw' : 'legacy',
      isOpen: has('input') && has('output'),
    },
  ];
};

const kindOf = (chains: readonly FoundChain[], table: Table): Kind => {
  const names = chains.filter((chain) => isSame(chain.table, table)).map(({ name }) => name);
  if (names.includes(DOCKER_USER) && table.name === 'filter') return 'docker';
  if (names.some(isOfUfw)) return 'ufw';
  return table.name === 'firewalld' ? 'firewalld' : 'other';
};

const isOfUfw = (chain: string): boolean => /^ufw6?-user-forward$/.test(chain);

const isSame = (a: Table, b: Table): boolean => a.name === b.name && a.family === b.family;

/** firewalld sends packets of an interface to the chain of its zone. */
const isZone = (text: string): boolean => /^iifname tsc\* immediate$/.test(text);

/** The two rules that let packets of our networks pass; our own table says which of them may. */
const way = (field: Field) => {
  const interfaces = interfaceNamed('tsc*');
  return {
    text: `${field.text} tsc* accept`,
    /** As iptables-nft(8) makes `-i tsc+ -j ACCEPT` and `-o tsc+ -j ACCEPT`. */
    insert: (table: Table): Nft =>
      ruleInsert(table, DOCKER_USER, is(field, interfaces), counted, end(ACCEPT)),
  };
};

/** Docker's chain for the rules of users, which it never changes itself. */
const DOCKER_USER = 'DOCKER-USER';
const WAYS = [way(INPUT_INTERFACE), way(OUTPUT_INTERFACE)];

/** Both rules, in one transaction. */
export const openDocker = (netfilter: Pick<Netfilter, 'commit'>, table: Table): boolean =>
  netfilter.commit(WAYS.map(({ insert }) => insert(table))) === undefined;

/** Takes the two rules out of Docker's chain. */
export const closeDocker = (netfilter: Pick<Netfilter, 'commit' | 'rules'>, table: Table): void => {
  const rules = netfilter.rules(table).filter(({ chain }) => chain === DOCKER_USER);
  const ours = WAYS.flatMap(({ text }) => rules.find((rule) => ruleText(rule) === text) ?? []);
  netfilter.commit(ours.map(({ handle }) => ruleDelete(table, DOCKER_USER, handle)));
};

export const firewallOpened = ({ table }: ForeignFirewall): Diagnostic => ({
  severity: 'warning',
  code: 'foreign-firewall',
  message: `the firewall of Docker drops packets of other networks, so two rules were added to its chain ${DOCKER_USER}`,
  facts: WAYS.map(({ insert }) => ['rule', `nft ${insert(table).text}`] as const),
  notes: [
    'the rules are removed with the last network; the table of each project still says who reaches whom',
  ],
});

export const firewallInTheWay = ({ table, chain, kind }: ForeignFirewall): Diagnostic => ({
  severity: 'warning',
  code: 'foreign-firewall',
  message: `${NAMES[kind]} drops packets that this machine forwards, and with them those of containers`,
  facts: [['chain', `${table.family} ${table.name} ${chain}`]],
  notes: [
    kind === 'firewalld'
      ? 'containers do not reach the outside; published ports are reached from there, unless StrictForwardPorts is set'
      : 'containers do not reach the outside, and published ports are not reached from there',
  ],
  help: `allow both directions: ${COMMANDS[kind](table, chain)
    .map((text) => `\`${text}\``)
    .join(' and ')}`,
});

const NAMES: Readonly<Record<Kind, string>> = {
  docker: 'the firewall of Docker',
  ufw: 'ufw',
  firewalld: 'firewalld',
  legacy: 'a firewall of iptables-legacy',
  other: 'a firewall',
};

const iptables =
  (suffix: '' | '-legacy') =>
  ({ family }: Table, chain: string): readonly string[] =>
    ['-i', '-o'].map((option) => `${family}tables${suffix} -I ${chain} ${option} tsc+ -j ACCEPT`);

const COMMANDS: Readonly<Record<Kind, (table: Table, chain: string) => readonly string[]>> = {
  docker: (table) => iptables('')(table, DOCKER_USER),
  ufw: () => ['ufw route allow in on tsc+', 'ufw route allow out on tsc+'],
  firewalld: () => ['firewall-cmd --permanent --zone=trusted --add-interface=tsc+', 'firewall-cmd --reload'],
  legacy: iptables('-legacy'),
  other: ({ family, name }, chain) =>
    ['iifname', 'oifname'].map(
      (field) => `nft insert rule ${family} ${name} ${chain} ${field} "tsc*" accept`,
    ),
};
