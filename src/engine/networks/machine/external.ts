import type { Diagnostic } from '../../../base/diagnostic.ts';
import { didYouMean } from '../../../base/text/typo.ts';
import { networkHash } from '../../../plan/hash.ts';
import type { Network, Project } from '../../../project/model/project.ts';
import { everyProject } from '../../directories/every-project.ts';
import { stateDirectory } from '../../directories/project-paths.ts';
import type { NetworkRecord, ProjectRecord } from '../../record/project-record.ts';
import { glance } from '../../record/read.ts';
import { createNetwork } from './create.ts';
import { takeLease } from './leases.ts';
import { BRIDGE, machineNetworkPaths } from './paths.ts';
import { planMachineNetwork, type WantedNetwork } from './plan.ts';
import { damagedNetwork, PREDEFINED } from './refusals.ts';
import { damagedNetworks, findNetwork, storedNetworks } from './stored-network.ts';

/** The networks of a project that exist outside of it. */
export type ExternalNetworks = {
  /** By their keys in the project. */
  readonly found: Readonly<Record<string, NetworkRecord>>;
  /** Of those that do not exist. */
  readonly problems: readonly Diagnostic[];
  /** The projects whose networks they are, by name of the network, if no other one has used it before. */
  readonly owners: ReadonlyMap<string, ProjectRecord>;
};

/**
 * Looks for the external networks: among those of the machine, then among those of other projects. That of
 * `network_mode: bridge` is planned if it does not exist, clear of `routes`, which are CIDRs. Changes nothing.
 */
export const externalNetworks = (
  { name: own, networks }: Pick<Project, 'name' | 'networks'>,
  routes: () => readonly string[],
  state: string = stateDirectory(),
): ExternalNetworks => {
  const wanted = Object.values(networks).filter(({ external }) => external);
  const found: Record<string, NetworkRecord> = {};
  const problems: Diagnostic[] = [];
  const owners = new Map<string, ProjectRecord>();
  for (const network of wanted) {
    const isBridge = network.name === BRIDGE && network.from !== undefined;
    const stored =
      network.name === BRIDGE && !isBridge
        ? undefined
        : findNetwork(machineNetworkPaths(state), network.name);
    if (stored) {
      found[network.key] = asExternal(stored.network, network);
      continue;
    }
    if (isBridge && !damagedNetworks(machineNetworkPaths(state)).includes(BRIDGE)) {
      found[network.key] = asExternal(planMachineNetwork(PLAIN_BRIDGE, routes()), network);
      continue;
    }
    const owner = ownerOf(network.name, own, state);
    if (!owner) {
      problems.push(missing(network, state));
      continue;
    }
    found[network.key] = asExternal(owner.network, network);
    owners.set(network.name, owner.record);
  }
  return { found, problems, owners };
};

const PLAIN_BRIDGE: WantedNetwork = {
  ...{ name: BRIDGE, subnets: [], gateways: [], ranges: [], auxiliary: {} },
  ...{ isInternal: false, hasIpv6: false, labels: {}, options: {} },
};

/**
 * Makes the networks of other projects networks of the machine, so that they stay while one of their users is there.
 * The containers that have addresses on them keep these. Makes that of `network_mode: bridge`, if it is among them, and
 * returns it as it is now, by its key: another project may have been faster.
 */
export const shareNetworks = async (
  { found, owners }: ExternalNetworks,
  state: string = stateDirectory(),
): Promise<Readonly<Record<string, NetworkRecord>>> => {
  const paths = machineNetworkPaths(state);
  for (const [name, { name: project, networks, containers }] of owners) {
    const network = Object.values(networks).find((each) => each.name === name)!;
    await createNetwork(paths, network, project);
    for (const { name: container, addresses, addresses6 = {} } of Object.values(containers))
      for (const address of [addresses[network.key], addresses6[network.key]])
        if (address !== undefined) takeLease(paths, name, { address, project, container });
  }
  const now: Record<string, NetworkRecord> = {};
  for (const [key, network] of Object.entries(found)) {
    if (network.name !== BRIDGE) continue;
    const { stored } = await createNetwork(paths, { ...network, key: BRIDGE });
    now[key] = { ...stored.network, key, hash: network.hash, external: true };
  }
  return now;
};

/** The networks of a project with those that it made once and left to others: it finds them as they are. */
export const knownNetworks = (
  { name, networks }: Pick<ProjectRecord, 'name' | 'networks'>,
  state: string = stateDirectory(),
): Readonly<Record<string, NetworkRecord>> => ({
  ...Object.fromEntries(
    storedNetworks(machineNetworkPaths(state)).flatMap(({ project, network }) =>
      project === name ? [[network.key, network]] : [],
    ),
  ),
  ...networks,
});

const asExternal = (record: NetworkRecord, network: Network): NetworkRecord => ({
  ...record,
  key: network.key,
  hash: networkHash(network),
  external: true,
});

const ownerOf = (
  name: string,
  own: string,
  state: string,
): { readonly record: ProjectRecord; readonly network: NetworkRecord } | undefined => {
  for (const paths of everyProject(state)) {
    if (paths.project === own) continue;
    const record = glance(paths.record);
    const network = Object.values(record?.networks ?? {}).find(
      (each) => each.name === name && !each.external,
    );
    if (record && network) return { record, network };
  }
  return undefined;
};

const missing = ({ key, name, from: place }: Network, state: string): Diagnostic => {
  const paths = machineNetworkPaths(state);
  const from = place ?? `networks.${key}`;
  if (damagedNetworks(paths).includes(name)) return { ...damagedNetwork(name, paths.directory(name)), from };
  return {
    severity: 'error',
    code: 'no-network',
    message: `the ${place === undefined ? 'external ' : ''}network \`${name}\` does not exist`,
    from,
    help: helpFor(
      name,
      storedNetworks(paths).map(({ network }) => network.name),
    ),
  };
};

const helpFor = (name: string, known: readonly string[]): string => {
  if (PREDEFINED.includes(name)) return `write \`network_mode: ${name}\` in the services instead`;
  const near = didYouMean(name, known);
  return near ? `did you mean \`${near}\`?` : `\`tscompose network create ${name}\` creates it`;
};
