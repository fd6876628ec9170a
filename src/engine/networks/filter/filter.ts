import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { Readiness } from '../../../kernel/ffi/readiness.ts';
import type { FoundRoute } from '../../../kernel/netlink/parse.ts';
import { errnoName } from '../../../kernel/program/errno.ts';
import { removeIfEmpty } from '../../trash/remove-if-empty.ts';
import { openCollisions, type Subnetted } from '../collisions.ts';
import { openForwarding } from '../forwarding.ts';
import { type Netfilter, openNetfilter, type Refusal } from '../netfilter.ts';
import type { Route } from '../rtnetlink.ts';
import { forgetConnections } from './connections.ts';
import { openForeignChanges } from './foreign-changes.ts';
import { openForeignFirewalls } from './foreign-firewalls.ts';
import type { Mapping } from './mapping.ts';
import { type FilteredNetwork, tableOf } from './ruleset.ts';
import { openTable } from './table.ts';

/** The packet filter of a project, and the way of its packets through the host. */
export type Filter = {
  /**
   * Puts the rules of these networks in force, all at once, before the first container of one starts. Without networks
   * removes them. What the machine cannot do is a notice.
   */
  readonly ensure: (networks: readonly FilteredNetwork[]) => void;
  /** Opens firewalls of other programs for these networks, or says which are in the way. */
  readonly openFirewalls: (networks: readonly FilteredNetwork[]) => void;
  /** Tells of routes of the host that overlap these networks, and were not told before. */
  readonly lookAtRoutes: (networks: readonly Subnetted[], routes: readonly FoundRoute[]) => void;
  /** Lets packets of these networks, whose interfaces exist by now, through the host. */
  readonly open: (networks: readonly FilteredNetwork[]) => void;
  readonly publish: (mappings: readonly Mapping[]) => void;
  readonly unpublish: (mappings: readonly Mapping[]) => void;
  /** Removes all rules, and gives back what was changed on the host. */
  readonly remove: () => void;
};

export type FilterParts = {
  readonly project: string;
  /** The directory of interfaces that projects have opened. */
  readonly opened: string;
  readonly route: Route;
  readonly readiness: Readiness;
  readonly notice: (diagnostic: Diagnostic) => void;
  /** Leaves a notice for the next command. */
  readonly leave: (diagnostic: Diagnostic) => void;
  readonly netfilter?: Netfilter;
};

export const openFilter = ({
  project,
  opened,
  route,
  readiness,
  notice,
  leave,
  netfilter = openNetfilter(),
}: FilterParts): Filter => {
  const table = openTable(netfilter, project);
  const collisions = openCollisions({ route, notice, leave });
  const { changed: onChange } = collisions;
  const forwarding = openForwarding({
    project,
    directory: opened,
    route,
    table,
    readiness,
    notice,
    onChange,
  });
  let isTold = false;
  const foreign = openForeignFirewalls({ netfilter, project, directory: opened, notice });
  let inForce: readonly FilteredNetwork[] = [];
  const changes = openForeignChanges(tableOf(project), readiness, () => {
    const isGone = table.isGone();
    if (isGone) table.ensure(inForce);
    return (table.isInForce() && foreign.reopen(inForce)) || isGone;
  });
  const remove = (): void => {
    collisions.end();
    changes.end();
    forwarding.giveBack();
    foreign.giveBack();
    removeIfEmpty(opened);
    table.remove();
    netfilter.close();
  };
  return {
    ensure: (networks) => {
      if (networks.length === 0) return remove();
      changes.watch();
      inForce = networks;
      const refusal = table.ensure(networks);
      if (refusal && !isTold) notice(withoutFilter(refusal));
      isTold ||= refusal !== undefined;
    },
    openFirewalls: (networks) => {
      if (table.isInForce()) foreign.settle(networks);
    },
    lookAtRoutes: collisions.look,
    open: (networks) => {
      // Without rules the host must not forward packets of the networks.
      if (table.isInForce()) forwarding.open(networks);
    },
    publish: (mappings) => forgetConnections(netfilter, table.publish(mappings)),
    unpublish: (mappings) => table.unpublish(mappings),
    remove,
  };
};

const withoutFilter = ({ errno, message }: Refusal): Diagnostic => ({
  severity: 'warning',
  code: 'no-packet-filter',
  message: 'this machine has no usable packet filter (nf_tables), so networks have no way out of the host',
  facts: [['call', `${message ? `nft ${message.text}` : 'nf_tables'} = ${errnoName(errno)}`]],
  notes: ['containers of a network reach each other; published ports are served by a relay'],
  help: 'use a kernel with nf_tables (CONFIG_NF_TABLES, CONFIG_NF_TABLES_INET, CONFIG_NFT_NAT, CONFIG_NFT_MASQ, CONFIG_NFT_FIB_INET); see `tscompose doctor`',
});
