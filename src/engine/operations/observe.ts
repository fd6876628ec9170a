import { statusNow } from '../../base/status.ts';
import type { Observed } from '../../plan/observed.ts';
import type { Context } from '../supervisor/context.ts';
import type { ContainerRecord } from '../supervisor/record/project-record.ts';

/**
 * The observed state of the project, one snapshot for the planner. `broken` are the keys of incomplete networks;
 * `changedContents` returns the configs and secrets of a container with another content.
 */
export const observe = (
  { record, running }: Pick<Context, 'record' | 'running'>,
  broken: ReadonlySet<string> = NONE,
  changedContents: (container: ContainerRecord) => readonly string[] = () => [],
): Observed => ({
  networks: Object.values(record.networks).map(({ key, name, hash, subnet }) => ({
    key,
    name,
    hash,
    subnet,
    isBroken: broken.has(key),
  })),
  containers: Object.values(record.containers).map((container) => ({
    id: container.id,
    name: container.name,
    service: container.service,
    number: container.number,
    state: statusNow(container.state, running.has(container.name)),
    configHash: container.configHash,
    definition: container.definition,
    dependsOn: Object.keys(container.definition.dependsOn),
    networks: Object.keys(container.definition.networks),
    changedContents: changedContents(container),
    oneOff: container.oneOff,
  })),
});

const NONE: ReadonlySet<string> = new Set();
