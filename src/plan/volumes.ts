import type { Diagnostic } from '../base/diagnostic.ts';
import type { Project, Volume } from '../project/model/project.ts';
import type { ObservedVolume } from './observed.ts';
import { type Plan, planner } from './plan.ts';

/** The volumes that a plan creates, and what is to be said about the others. */
export type VolumeDecisions = {
  readonly created: readonly Volume[];
  readonly diagnostics: readonly Diagnostic[];
};

/**
 * Decides about the volumes of services. An existing volume always stays as it is: its content is worth more than its
 * definition.
 */
export const decideVolumes = (
  { name: project, services, volumes }: Project,
  observed: readonly ObservedVolume[],
  selected: ReadonlySet<string>,
): VolumeDecisions => {
  const existing = new Map(observed.map((volume) => [volume.name, volume]));
  const mounted = new Set([...selected].flatMap((service) => volumesOf(services[service]!)));
  const wanted = Object.values(volumes).filter(({ name }) => mounted.has(name));
  return {
    created: wanted.filter(({ name, external }) => !external && !existing.has(name)),
    diagnostics: wanted.flatMap((volume) => problems(volume, existing.get(volume.name), project)),
  };
};

/** Creates volumes, and nothing else. */
export const planVolumes = (volumes: readonly Volume[]): Plan => {
  const plan = planner();
  for (const { name } of volumes) plan.add({ kind: 'volume', verb: 'create', name }, NO_VOLUME);
  return plan.finish();
};

export const NO_VOLUME = 'no volume yet';

/** The names of the named volumes that a service mounts. */
export const volumesOf = ({ mounts }: Project['services'][string]): readonly string[] =>
  mounts.flatMap((mount) => (mount.kind === 'volume' ? (mount.volume ?? []) : []));

const problems = (
  volume: Volume,
  found: ObservedVolume | undefined,
  project: string,
): readonly Diagnostic[] => {
  if (volume.external) return found ? [] : [missing(volume)];
  if (!found) return [];
  if (found.project !== project) return [foreign(volume, found, project)];
  const differences = differencesOf(volume, found);
  return differences.length === 0 ? [] : [changed(volume, differences)];
};

const missing = ({ key, name }: Volume): Diagnostic => ({
  severity: 'error',
  code: 'no-volume',
  message: `external volume \`${name}\` not found`,
  from: `volumes.${key}`,
  help: `create it with \`tscompose volume create ${name}\`, or remove \`external\``,
});

const foreign = ({ key, name }: Volume, found: ObservedVolume, project: string): Diagnostic => ({
  severity: 'warning',
  code: 'foreign-volume',
  message:
    found.project === undefined
      ? `volume \`${name}\` already exists but was not created by a project`
      : `volume \`${name}\` already exists but was created for project \`${found.project}\` (expected \`${project}\`)`,
  from: `volumes.${key}`,
  help: 'use `external: true` to use an existing volume',
});

const changed = ({ key, name }: Volume, differences: readonly Difference[]): Diagnostic => ({
  severity: 'warning',
  code: 'changed-volume',
  message: `volume \`${name}\` is kept as it was created: ${differences.map(({ what }) => `\`${what}\``).join(', ')} changed`,
  from: `volumes.${key}`,
  facts: differences.map(({ what, before, after }) => [
    what,
    `${before ?? 'not set'} (created), ${after ?? 'not set'} (file)`,
  ]),
  help: 'to apply the change, set another `name`, or run `tscompose down -v`, which deletes the content',
});

type Difference = {
  readonly what: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
};

const differencesOf = (volume: Volume, found: ObservedVolume): readonly Difference[] => [
  ...differing('driver_opts', found.options, volume.options),
  ...differing('labels', found.labels, volume.labels),
];

const differing = (
  key: string,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly Difference[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => before[name] !== after[name])
    .map((name) => ({ what: `${key}.${name}`, before: before[name], after: after[name] }));
