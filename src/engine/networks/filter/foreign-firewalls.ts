import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { Family } from '../../../kernel/netlink/nfnetlink.ts';
import type { Netfilter } from '../netfilter.ts';
import { recordedChanges, sharedChange } from '../shared-change.ts';
import {
  closeDocker,
  type ForeignFirewall,
  firewallInTheWay,
  firewallOpened,
  foreignFirewalls,
  openDocker,
} from './foreign.ts';
import type { FilteredNetwork } from './ruleset.ts';

/** The effect of other programs' firewalls on a project. */
export type ForeignFirewalls = {
  /** Opens those that have a place for it, and says which others are in the way of these networks. */
  readonly settle: (networks: readonly FilteredNetwork[]) => void;
  /**
   * Opens those that have a place for it, between two commands; the next one says which others are in the way. Returns
   * whether there was one to open.
   */
  readonly reopen: (networks: readonly FilteredNetwork[]) => boolean;
  readonly giveBack: () => void;
};

export type ForeignParts = {
  readonly netfilter: Netfilter;
  readonly project: string;
  /** The directory of changes that projects share. */
  readonly directory: string;
  readonly notice: (diagnostic: Diagnostic) => void;
};

export const openForeignFirewalls = ({
  netfilter,
  project,
  directory,
  notice,
}: ForeignParts): ForeignFirewalls => {
  const changeOf = (family: string) => sharedChange(directory, `${PREFIX}${family}`, project);
  const settle = (firewall: ForeignFirewall): void => {
    const { table, kind, isOpen } = firewall;
    const change = changeOf(table.family);
    if (isOpen) {
      // Rules that users have made themselves are not taken back.
      if (change.isRecorded()) change.record();
      return;
    }
    if (kind === 'docker') change.record();
    const isOpened = kind === 'docker' && openDocker(netfilter, table);
    notice(isOpened ? firewallOpened(firewall) : firewallInTheWay(firewall));
  };
  const inTheWayOf = (networks: readonly FilteredNetwork[]): readonly ForeignFirewall[] => {
    const blocks = networks.filter(({ internal }) => !internal).flatMap((network) => network.blocks);
    if (blocks.length === 0) return [];
    const hasIp6 = blocks.some((block) => block.includes(':'));
    return foreignFirewalls(netfilter).filter(({ table }) => table.family !== 'ip6' || hasIp6);
  };
  return {
    settle: (networks) => inTheWayOf(networks).forEach(settle),
    reopen: (networks) => {
      const closed = inTheWayOf(networks).filter(({ kind, isOpen }) => kind === 'docker' && !isOpen);
      closed.forEach(settle);
      return closed.length > 0;
    },
    giveBack: () => {
      for (const family of recordedChanges(directory, PREFIX))
        if (changeOf(family).release())
          closeDocker(netfilter, { family: family as Family, name: DOCKERS_TABLE });
    },
  };
};

const PREFIX = 'docker-';

/** The table of iptables-nft(8). */
const DOCKERS_TABLE = 'filter';
