import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Network, Service, Volume } from '../../project/model/project.ts';
import type { ObservedContainer, ObservedNetwork } from '../observed.ts';
import type { ContainerRef } from '../plan.ts';

export type ReconcileOptions = {
  /** Only these services and their dependencies; empty for all. */
  readonly services?: readonly string[];
  /** Leaves out their dependencies. */
  readonly noDeps?: boolean;
  /** Recreates the containers of the selected services, changed or not. */
  readonly forceRecreate?: boolean;
  /** Recreates the containers of services that the selected ones depend on, changed or not. */
  readonly alwaysRecreateDeps?: boolean;
  /** Keeps existing containers, changed or not. */
  readonly noRecreate?: boolean;
  readonly removeOrphans?: boolean;
  /** No warning about orphans. */
  readonly ignoreOrphans?: boolean;
  /** Creates containers without starting them. */
  readonly noStart?: boolean;
  /** Waits for the containers until they run, and are healthy or have completed. */
  readonly wait?: boolean;
  /** Only the dependencies of this service, which another command starts once it can. */
  readonly dependant?: Service;
};

/** The decision about each network and container, with its reason; the order is found later. */
export type Decisions = {
  readonly networks: readonly NetworkDecision[];
  /** Each behind those that it depends on. */
  readonly services: readonly ServiceDecision[];
  /** Those of all services. */
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

export type ServiceDecision = {
  readonly service: Service;
  /** In the order of their numbers. */
  readonly containers: readonly ContainerDecision[];
  /** Containers beyond the number that the service shall have. */
  readonly surplus: readonly ObservedContainer[];
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

/** A container that has done what others wait for. */
export const COMPLETED = { fate: 'keep', because: 'has completed' } as const;

export const KEEP = { fate: 'keep', because: 'nothing has changed' } as const;
