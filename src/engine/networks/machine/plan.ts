import { type Diagnostic, Problem } from '../../../base/diagnostic.ts';
import { baseOf, encloses, holds, parseBlock, parseIp } from '../../../base/ip.ts';
import type { AddressBlock, Network } from '../../../project/model/project.ts';
import type { NetworkRecord } from '../../record/project-record.ts';
import { planNetworks } from '../plan-networks.ts';
import { MACHINE } from './paths.ts';
import { outside } from './refusals.ts';

/** The options of `network create`, as they are given; blocks and addresses are valid ones. */
export type WantedNetwork = {
  readonly name: string;
  readonly subnets: readonly string[];
  readonly gateways: readonly string[];
  readonly ranges: readonly string[];
  readonly auxiliary: Readonly<Record<string, string>>;
  readonly isInternal: boolean;
  readonly hasIpv6: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
};

/**
 * The record of a network that belongs to no project. Throws a Problem for addresses outside of its subnets, and for
 * subnets that this machine has a route to (`routes`, as CIDRs).
 */
export const planMachineNetwork = (wanted: WantedNetwork, routes: readonly string[]): NetworkRecord => {
  const { name } = wanted;
  const network: Network = {
    ...{ key: name, name },
    ...(wanted.isInternal && { internal: true }),
    ...((wanted.hasIpv6 || wanted.subnets.some((subnet) => subnet.includes(':'))) && { ipv6: true }),
    ...(wanted.subnets.length > 0 && { blocks: blocksOf(wanted) }),
    ...(Object.keys(wanted.labels).length > 0 && { labels: wanted.labels }),
    ...(Object.keys(wanted.options).length > 0 && { options: wanted.options }),
  };
  return planNetworks({ name: MACHINE, networks: { [name]: network } }, {}, routes)[name]!;
};

/** As in Docker, each gateway, range and further address belongs to the subnet that contains it. */
const blocksOf = ({ subnets, gateways, ranges, auxiliary }: WantedNetwork): readonly AddressBlock[] => {
  const blocks = subnets.map((subnet) => ({ subnet, block: baseOf(parseBlock(subnet)!) }));
  const contains = (block: (typeof blocks)[number]['block'], address: string) =>
    holds(block, parseIp(address)!);
  const problems: Diagnostic[] = [
    ...gateways
      .filter((address) => !blocks.some(({ block }) => contains(block, address)))
      .map((address) => outside('gateway', address)),
    ...ranges
      .filter((range) => !blocks.some(({ block }) => encloses(block, parseBlock(range)!)))
      .map((range) => outside('range', range)),
    ...Object.values(auxiliary)
      .filter((address) => !blocks.some(({ block }) => contains(block, address)))
      .map((address) => outside('address', address)),
  ];
  if (problems.length > 0) throw new Problem(...problems);
  return blocks.map(({ subnet, block }) => {
    const gateway = gateways.find((address) => contains(block, address));
    const range = ranges.find((each) => encloses(block, parseBlock(each)!));
    const reserved = Object.entries(auxiliary).filter(([, address]) => contains(block, address));
    return {
      subnet,
      ...(gateway !== undefined && { gateway }),
      ...(range !== undefined && { range }),
      ...(reserved.length > 0 && { auxiliary: Object.fromEntries(reserved) }),
    };
  });
};
