import { accessSync, constants, existsSync } from 'node:fs';
import { errnoName } from '../../kernel/program/errno.ts';
import { readIfThere } from '../directories/read-if-there.ts';
import { type ForeignFirewall, firewallInTheWay, foreignFirewalls } from '../networks/filter/foreign.ts';
import { openTable } from '../networks/filter/table.ts';
import { openNetfilter } from '../networks/netfilter.ts';
import type { Finding } from './finding.ts';

/** The fate of packets of containers in the network namespace of the host. */
export const wayOutFindings = (): readonly Finding[] => {
  const netfilter = openNetfilter();
  const firewalls = foreignFirewalls(netfilter);
  netfilter.close();
  const isRouter = readIfThere('/proc/sys/net/ipv4/ip_forward')?.trim() === '1';
  const isRouter6 = readIfThere('/proc/sys/net/ipv6/conf/all/forwarding')?.trim() === '1';
  return [
    forwardingFinding(isRouter, isWritable(FORWARDING)),
    ipv6Finding(existsSync('/proc/net/if_inet6'), isWritable(FORWARDING_6), isRouter6),
    ...firewallFindings(firewalls),
  ];
};

/** One of the settings of interfaces; all of them can be changed, or none. */
const FORWARDING = '/proc/sys/net/ipv4/conf/default/forwarding';
const FORWARDING_6 = '/proc/sys/net/ipv6/conf/default/force_forwarding';

const isWritable = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
};

/** `mayChange`: whether interfaces can be opened one by one. */
export const forwardingFinding = (isRouter: boolean, mayChange: boolean): Finding => {
  const what = 'forwarding';
  if (isRouter) return { what, verdict: 'good', found: 'of the whole host' };
  if (mayChange) return { what, verdict: 'good', found: 'by interface' };
  return {
    what,
    verdict: 'limited',
    found: '/proc/sys/net cannot be written',
    help: 'networks have no way out of the host; make /proc/sys writable',
  };
};

/** `mayChange`: whether interfaces can be opened one by one, as since Linux 6.17. */
export const ipv6Finding = (isThere: boolean, mayChange: boolean, isRouter: boolean): Finding => {
  const what = 'IPv6';
  if (!isThere)
    return {
      what,
      verdict: 'limited',
      found: 'not on this machine',
      help: 'networks with `enable_ipv6: true` cannot be made; boot without ipv6.disable=1',
    };
  if (isRouter) return { what, verdict: 'good', found: 'forwarding of the whole host' };
  if (mayChange) return { what, verdict: 'good', found: 'forwarding by interface' };
  return {
    what,
    verdict: 'limited',
    found: 'no force_forwarding of interfaces',
    help: 'networks with `enable_ipv6: true` have no way out of the host; use Linux 6.17 or newer, or set net.ipv6.conf.all.forwarding=1, and accept_ra=2 on interfaces that need routes of routers',
  };
};

/** Firewalls of other programs that drop what the host forwards; `up` opens that of Docker itself. */
export const firewallFindings = (firewalls: readonly ForeignFirewall[]): readonly Finding[] =>
  firewalls
    .filter(({ isOpen }) => !isOpen)
    .map((firewall) => {
      const { table, chain, kind } = firewall;
      const found = `${table.family} ${table.name} ${chain} drops what the host forwards`;
      if (kind === 'docker') return { what: 'firewall', verdict: 'good', found: `${found}; up opens it` };
      const { help } = firewallInTheWay(firewall);
      return { what: 'firewall', verdict: 'limited', found, ...(help !== undefined && { help }) };
    });

/** `errno` of the rules of a project. */
export const packetFilterFinding = (errno: number): Finding =>
  errno === 0
    ? { what: 'packet filter', verdict: 'good', found: 'nf_tables' }
    : {
        what: 'packet filter',
        verdict: 'limited',
        found: `nf_tables: ${errnoName(errno)}`,
        help: 'networks have no way out of the host; use a kernel with nf_tables, and its modules for inet, nat, masquerade and fib',
      };

/** Makes the rules of a network in this network namespace. */
export const filterError = (): number => {
  const netfilter = openNetfilter();
  const refusal = openTable(netfilter, 'probe').ensure([PROBE]);
  netfilter.close();
  return refusal?.errno ?? 0;
};

const PROBE = {
  key: 'probe',
  bridge: 'tscprobe',
  blocks: ['192.0.2.0/24', '2001:db8::/64'],
  internal: false,
  masquerade: true,
  icc: true,
} as const;
