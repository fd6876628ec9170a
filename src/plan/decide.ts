import type { Diagnostic } from '../base/diagnostic.ts';
import { dependencyOrder, findCycles, type Graph, reachable } from '../base/graph.ts';
import { isPaused, startCause } from '../base/status.ts';
import { containerNameOf } from '../project/model/container-name.ts';
import type { Network, Project, Service, Volume } from '../project/model/project.ts';
import { changeCause } from './changes.ts';
import { configHash, networkHash } from './hash.ts';
import {
  isRunning,
  type Observed,
  type ObservedContainer,
  type ObservedNetwork,
  shortName,
} from './observed.ts';
import { findOrphans, orphanWarning } from './orphans.ts';
import type { ContainerRef } from './plan.ts';
import { decideVolumes } from './volumes.ts';

export type ReconcileOptions = {
  /** Only these services and their dependencies; empty for all. */
  readonly services?: readonly string[];
  /** Leaves out their dependencies. */
  readonly noDeps?: boolean;
  /** Recreates the containers of the selected services, changed or not. */
  readonly forceRecreate?: boolean;
  /** Keeps existing containers, changed or not. */
  readonly noRecreate?: boolean;
  readonly removeOrphans?: boolean;
  /** No warning about orphans. */
  readonly ignoreOrphans?: boolean;
  /** Creates containers without starting them. */
  readonly noStart?: boolean;
};

/** The decision about each network and container, with its reason; the order is found later. */
export type Decisions = {
  readonly networks: readonly NetworkDecision[];
  /** Each behind those that it depends on. */
  readonly containers: readonly ContainerDecision[];
  /** Volumes to create. */
  readonly volumes: readonly Volume[];
  /** Networks that the file no longer has. */
  readonly unused: readonly ObservedNetwork[];
  /** Containers that no service of the file has, and exited ones that `run` made. */
  readonly orphans: readonly ObservedContainer[];
  readonly diagnostics: readonly Diagnostic[];
};

export type NetworkDecision = {
  readonly network: Network;
  readonly hash: string;
  /** `restore` makes a network again that has not changed, for containers that stay as they are. */
  readonly fate: 'keep' | 'create' | 'recreate' | 'restore';
  readonly because: string;
};

export type ContainerDecision = {
  readonly ref: ContainerRef;
  readonly service: Service;
  readonly hash: string;
  readonly observed?: ObservedContainer;
  /** `bounce` stops a container that stays as it is, to start it again behind what it depends on. */
  readonly fate: 'keep' | 'start' | 'unpause' | 'create' | 'recreate' | 'bounce';
  readonly because: string;
  /** Named, or a dependency of a named service. */
  readonly selected: boolean;
  /** Whether it shall run afterwards. */
  readonly start: boolean;
};

/** Compares the project with what there is. Pure; a circle of dependencies, which the project's checks exclude, throws. */
export const decide = (project: Project, observed: Observed, options: ReconcileOptions): Decisions => {
  const graph = dependencyGraph(project);
  const selected = selection(graph, options);
  const networks = decideNetworks(project, observed, selected, options);
  const volumes = decideVolumes(project, observed.volumes, selected);
  const existing = new Map(
    observed.containers.filter(({ oneOff }) => !oneOff).map((container) => [slotOf(container), container]),
  );
  const forced = new Set(
    options.forceRecreate ? (options.services?.length ? options.services : selected) : [],
  );
  const recreated = new Map<string, string>();
  const begun = new Map<string, string>();
  const made = new Map<string, string>();

  const containers = dependencyOrder(graph).map((name): ContainerDecision => {
    const service = project.services[name]!;
    const found = existing.get(slotOf({ service: name, number: 1 }));
    const subject = {
      ref: refOfService(project, service, found?.name),
      service,
      hash: configHash(service),
      selected: selected.has(name),
      start: selected.has(name) || (found !== undefined && isRunning(found)),
      ...(found ? { observed: found } : {}),
    };
    const circumstances = {
      forced: forced.has(name),
      recreated,
      begun,
      made,
      options,
    };
    const verdict = judge({ ...subject, ...circumstances });
    if (found && (verdict.fate === 'recreate' || verdict.fate === 'bounce'))
      recreated.set(name, subject.ref.name);
    if (verdict.fate === 'create' || verdict.fate === 'recreate') made.set(name, subject.ref.name);
    if (verdict.fate !== 'keep' && verdict.fate !== 'unpause') begun.set(name, subject.ref.name);
    return { ...subject, ...verdict };
  });
  const orphans = findOrphans(observed, [...graph.keys(), ...project.inactive]);
  const unused = observed.networks.filter(({ key }) => !Object.hasOwn(project.networks, key));
  const warnings = options.removeOrphans || options.ignoreOrphans ? [] : orphanWarning(orphans);
  return {
    networks,
    containers,
    volumes: volumes.created,
    unused,
    orphans,
    diagnostics: [...nameProblems(containers, observed), ...volumes.diagnostics, ...warnings],
  };
};

type Case = Pick<ContainerDecision, 'ref' | 'service' | 'hash' | 'observed' | 'selected'> & {
  readonly forced: boolean;
  /** The services so far with recreated or restarted containers, and the containers' names. */
  readonly recreated: ReadonlyMap<string, string>;
  /** The services so far with containers that do not stay as they are, and the containers' names. */
  readonly begun: ReadonlyMap<string, string>;
  /** The services so far with new containers, and the containers' names. */
  readonly made: ReadonlyMap<string, string>;
  readonly options: ReconcileOptions;
};

// The first reason that holds is the one that is given.
const judge = (subject: Case): Pick<ContainerDecision, 'fate' | 'because'> => {
  const { service, hash, observed, selected, forced, recreated, options } = subject;
  if (!observed) return selected ? { fate: 'create', because: 'no container yet' } : KEEP;
  if (forced) return { fate: 'recreate', because: 'asked for' };
  if (selected && !options.noRecreate && observed.configHash !== hash)
    return { fate: 'recreate', because: changeCause(observed.definition, service) };
  const { changedContents = [] } = observed;
  if (selected && !options.noRecreate && changedContents.length > 0)
    return { fate: 'recreate', because: `content changed: ${changedContents.join(', ')}` };
  const inherits = inheritedAgain(subject);
  if (inherits !== undefined) return inherits;
  const joined = joinedAgain(subject);
  if (joined !== undefined) return joined;
  const restarted = Object.entries(service.dependsOn).find(
    ([name, { restart }]) => restart && recreated.has(name),
  );
  if (restarted && isRunning(observed) && !options.noStart)
    return { fate: 'bounce', because: `${recreated.get(restarted[0])} is restarted` };
  if (selected && isPaused(observed.state)) return { fate: 'unpause', because: startCause(observed.state) };
  if (selected && !isRunning(observed)) return { fate: 'start', because: startCause(observed.state) };
  return KEEP;
};

/** A container keeps the mounts that it has taken over from another when it was created. */
const inheritedAgain = (subject: Case): Pick<ContainerDecision, 'fate' | 'because'> | undefined => {
  const { service, selected, made, options } = subject;
  const owner = service.volumesFrom?.find(({ kind, name }) => kind === 'service' && made.has(name));
  if (!owner || !selected || options.noRecreate) return undefined;
  return { fate: 'recreate', because: `has the volumes of ${made.get(owner.name)}, which is new` };
};

/** A container that joins a namespace of another would otherwise keep the one of a removed container. */
const joinedAgain = (subject: Case): Pick<ContainerDecision, 'fate' | 'because'> | undefined => {
  const { service, observed, selected, begun, recreated, options } = subject;
  const owner = Object.values(service.namespaces ?? {}).find(
    (namespace) => namespace.kind === 'service' && begun.has(namespace.name),
  );
  if (owner?.kind !== 'service' || !observed || !isRunning(observed) || options.noStart) return undefined;
  const shares = `shares a namespace with ${begun.get(owner.name)}, which is`;
  return selected && recreated.has(owner.name) && !options.noRecreate
    ? { fate: 'recreate', because: `${shares} recreated` }
    : { fate: 'bounce', because: `${shares} started` };
};

const decideNetworks = (
  { services, networks }: Project,
  observed: Observed,
  selected: ReadonlySet<string>,
  { noRecreate }: ReconcileOptions,
): readonly NetworkDecision[] => {
  const existing = new Map(observed.networks.map((network) => [network.key, network]));
  const used = new Set([...selected].flatMap((name) => Object.keys(services[name]!.networks)));
  return [...used].map((key) => {
    const network = networks[key]!;
    const hash = networkHash(network);
    const found = existing.get(key);
    if (!found) return { network, hash, fate: 'create', because: 'no network yet' };
    if (found.hash !== hash && !noRecreate)
      return { network, hash, fate: 'recreate', because: 'configuration changed' };
    if (found.isBroken)
      return { network, hash, fate: 'restore', because: 'its bridge or a veth device is missing' };
    return { network, hash, ...KEEP };
  });
};

const dependencyGraph = ({ services }: Project): Graph => {
  const graph: Graph = new Map(
    Object.entries(services).map(([name, { dependsOn }]) => [name, Object.keys(dependsOn)]),
  );
  const [cycle] = findCycles(graph);
  if (cycle) throw new Error(`services depend on each other in a circle: ${cycle.join(', ')}`);
  return graph;
};

const selection = (graph: Graph, { services = [], noDeps }: ReconcileOptions): ReadonlySet<string> => {
  if (services.length === 0) return new Set(graph.keys());
  return noDeps ? new Set(services.filter((name) => graph.has(name))) : reachable(graph, services);
};

const refOfService = (project: Project, service: Service, existing: string | undefined): ContainerRef => ({
  kind: 'container',
  name: shortName(service.name, 1),
  container: containerNameOf(project, service, existing),
  service: service.name,
  number: 1,
});

const slotOf = ({ service, number }: { readonly service: string; readonly number: number }): string =>
  `${service}/${number}`;

const nameProblems = (
  decisions: readonly ContainerDecision[],
  { containers }: Observed,
): readonly Diagnostic[] => {
  const owners = new Map(containers.map((container) => [container.name, container]));
  return decisions.flatMap(({ ref, service, fate, observed }): readonly Diagnostic[] => {
    const owner = owners.get(ref.container);
    if ((fate !== 'create' && fate !== 'recreate') || !owner || owner === observed) return [];
    return [
      {
        severity: 'error',
        code: 'name-in-use',
        message: `the container name \`${ref.container}\` is in use by service \`${owner.service}\``,
        from: `services.${service.name}.container_name`,
        help: `choose another name, or remove that container first: \`tscompose down ${owner.service}\``,
      },
    ];
  });
};

const KEEP = { fate: 'keep', because: 'nothing has changed' } as const;
