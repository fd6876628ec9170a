import { hasProcess, isActive as isActiveStatus, type Status } from '../base/status.ts';
import type { Service } from '../project/model/project.ts';
import type { Conditioned } from './conditions.ts';
import type { ContainerRef } from './plan.ts';

/** The observed state of a project, all at once, so that planning makes no calls. */
export type Observed = {
  readonly networks: readonly ObservedNetwork[];
  readonly containers: readonly ObservedContainer[];
  /** Volumes of the machine, as far as the plan may be about them. */
  readonly volumes: readonly ObservedVolume[];
};

export type ObservedVolume = {
  readonly name: string;
  /** The project that made it; undefined if a command did. */
  readonly project?: string;
  /** In the file of that project. */
  readonly key?: string;
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Its containers, stopped ones included, of all projects. */
  readonly users: readonly { readonly project: string; readonly container: string }[];
};

export type ObservedNetwork = {
  /** It belongs to the machine or to another project, and stays. */
  readonly isExternal?: boolean;
  readonly key: string;
  readonly name: string;
  readonly hash: string;
  readonly subnet?: string;
  /** Its bridge, or a cable to it of a container that runs, is gone. */
  readonly isBroken?: boolean;
};

export type ObservedContainer = {
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  readonly service: string;
  readonly number: number;
  readonly state: Status;
  /** 0 before the first exit. */
  readonly exitCode?: number;
  readonly health?: Conditioned['health'] | undefined;
  readonly configHash: string;
  /** The definition that it was created from; tells which attributes have changed. */
  readonly definition?: Service;
  /** Services. */
  readonly dependsOn: readonly string[];
  /** Keys of networks. */
  readonly networks: readonly string[];
  /** Configs and secrets whose content is another one since its last start: `secrets.token`. */
  readonly changedContents?: readonly string[];
  readonly stoppedByHand?: true;
  /** Made by `run`. */
  readonly oneOff: boolean;
};

export const isRunning = ({ state }: ObservedContainer): boolean => hasProcess(state);

/** It runs, or its restart policy is about to start it again. */
export const isActive = ({ state }: ObservedContainer): boolean => isActiveStatus(state);

export const refOf = ({ name, service, number, oneOff }: ObservedContainer): ContainerRef => ({
  kind: 'container',
  name: oneOff ? name : shortName(service, number),
  container: name,
  service,
  number,
});

/** The name of a container that is to replace another, until it does; and then the name of the one that it replaced. */
export const temporaryName = ({ id }: { readonly id: string }, name: string): string =>
  `${id.slice(0, 12)}_${name}`;

export const shortName = (service: string, number: number): string => `${service}-${number}`;
