import type { Diagnostic } from '../base/diagnostic.ts';
import { type Observed, type ObservedContainer, type ObservedVolume, refOf } from './observed.ts';
import { findOrphans, orphanWarning } from './orphans.ts';
import { type Plan, type Planner, planner } from './plan.ts';
import { isChosen, type Selection } from './selection.ts';
import { stopAll } from './stop.ts';

export type DownOptions = Selection & {
  /** Removes containers of services that the files lack, and those that `run` made. */
  readonly removeOrphans?: boolean;
  /** No warning about orphans. */
  readonly ignoreOrphans?: boolean;
  /** Removes the volumes that the project made as well. */
  readonly volumes?: boolean;
  /** Keys of the volumes of the files, volumes with others are left alone; undefined without files. */
  readonly knownVolumes?: readonly string[];
};

/** Stops containers, dependants first, then removes them and the networks without containers. */
export const planDown = (observed: Observed, options: DownOptions = {}): Plan => {
  const plan = planner();
  const orphans = findOrphans(observed, options.known);
  const isMeant = meant(options, new Set(orphans));
  const stopped = stopAll(plan, observed, isMeant);
  const removed = new Map<string, number>();
  for (const container of observed.containers.filter(isMeant)) {
    const before = [stopped.get(container.name) ?? []].flat();
    const action = { ...refOf(container), verb: 'remove', ...withVolumes(options) } as const;
    removed.set(container.name, plan.add(action, 'asked for', before));
  }
  const kept = removeVolumes(plan, observed, options, removed);
  if (options.services?.length) return plan.finish(kept);
  for (const { key, name } of observed.networks.filter(({ isExternal }) => !isExternal)) {
    const attached = observed.containers.filter((container) => container.networks.includes(key));
    const ids = attached.flatMap((container) => removed.get(container.name) ?? []);
    if (ids.length === attached.length)
      plan.add({ kind: 'network', verb: 'remove', key, name }, 'asked for', ids);
  }
  const warnings = options.removeOrphans || options.ignoreOrphans ? [] : orphanWarning(orphans);
  return plan.finish([...warnings, ...kept]);
};

/** For `remove` of a container. */
export const withVolumes = ({ volumes }: { readonly volumes?: boolean }): { readonly volumes?: true } =>
  volumes ? { volumes } : {};

/** Returns a warning about every volume that containers still use. With services, only their volumes are removed. */
const removeVolumes = (
  plan: Planner,
  { volumes }: Observed,
  options: DownOptions,
  removed: ReadonlyMap<string, number>,
): readonly Diagnostic[] => {
  if (!options.volumes) return [];
  const known = options.knownVolumes && new Set(options.knownVolumes);
  return volumes.flatMap(({ name, key, project, users }) => {
    if (known && (key === undefined || !known.has(key))) return [];
    const own = users.filter((user) => user.project === project && removed.has(user.container));
    if (options.services?.length && own.length === 0) return [];
    const others = users.filter((user) => !own.includes(user));
    if (others.length > 0) return [stillInUse(name, others)];
    const before = own.map(({ container }) => removed.get(container)!);
    plan.add({ kind: 'volume', verb: 'remove', name }, 'asked for', before);
    return [];
  });
};

const stillInUse = (name: string, users: ObservedVolume['users']): Diagnostic => ({
  severity: 'warning',
  code: 'volume-in-use',
  message: `volume \`${name}\` is not removed: resource is still in use`,
  facts: users.map(({ project, container }) => ['used by', `${container} (project ${project})`]),
});

/** Volumes of the files that `down -v` keeps, because another project or a command made them. */
export const foreignVolumes = (
  volumes: readonly Pick<ObservedVolume, 'name' | 'project'>[],
  project: string,
): readonly Diagnostic[] =>
  volumes
    .filter((volume) => volume.project !== project)
    .map(({ name, project: maker }) => ({
      severity: 'warning',
      code: 'foreign-volume',
      message: `volume \`${name}\` is not removed: ${maker === undefined ? 'no project created it' : `it was created for project \`${maker}\``}`,
      help: `\`tscompose volume rm ${name}\` removes it; \`external: true\` in the file says that it is to stay`,
    }));

/** Stops these containers, and removes them. */
export const planRemoval = (observed: Observed, containers: readonly ObservedContainer[]): Plan => {
  const plan = planner();
  const chosen = new Set(containers);
  const stopped = stopAll(plan, observed, (container) => chosen.has(container));
  for (const container of containers)
    plan.add(
      { ...refOf(container), verb: 'remove' },
      'belongs to no service of the file',
      [stopped.get(container.name) ?? []].flat(),
    );
  return plan.finish();
};

const meant = (
  options: DownOptions,
  orphans: ReadonlySet<ObservedContainer>,
): ((container: ObservedContainer) => boolean) => {
  const isAskedFor = isChosen(options);
  if (!options.removeOrphans) return isAskedFor;
  const { services = [] } = options;
  const isNamed = ({ service }: ObservedContainer) => services.length === 0 || services.includes(service);
  return (container) =>
    isAskedFor(container) || orphans.has(container) || (container.oneOff && isNamed(container));
};
