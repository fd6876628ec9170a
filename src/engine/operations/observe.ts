import { statusNow } from '../../base/status.ts';
import type { Observed, ObservedVolume } from '../../plan/observed.ts';
import type { Context } from '../context/context.ts';
import type { ContainerRecord } from '../record/project-record.ts';

type Looked = {
  /** Keys of incomplete networks. */
  readonly broken?: ReadonlySet<string>;
  /** The configs and secrets of a container with another content. */
  readonly changedContents?: (container: ContainerRecord) => readonly string[];
  readonly volumes?: readonly ObservedVolume[];
};

/** The observed state of the project, one snapshot for the planner, with what only some commands look at. */
export const observe = (
  { record, running }: Pick<Context, 'record' | 'running'>,
  { broken = NONE, changedContents = () => [], volumes = [] }: Looked = {},
): Observed => ({
  networks: Object.values(record.networks).map(({ key, name, hash, subnet, external = false }) => ({
    key,
    name,
    hash,
    subnet,
    isBroken: broken.has(key),
    isExternal: external,
  })),
  containers: Object.values(record.containers).map((container) => ({
    id: container.id,
    name: container.name,
    service: container.service,
    number: container.number,
    state: statusNow(container.state, running.has(container.name)),
    exitCode: container.exitCode,
    health: container.health,
    configHash: container.configHash,
    definition: container.definition,
    dependsOn: Object.keys(container.definition.dependsOn),
    networks: Object.keys(container.definition.networks),
    changedContents: changedContents(container),
    ...(container.stoppedByHand && { stoppedByHand: container.stoppedByHand }),
    oneOff: container.oneOff,
  })),
  volumes,
});

const NONE: ReadonlySet<string> = new Set();
