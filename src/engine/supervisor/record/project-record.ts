import type { ConsoleSize } from '../../../base/console-size.ts';
import type { Course } from '../../../base/status.ts';
import type { Service } from '../../../project/model/project.ts';
import type { RunnerName } from '../../containers/runners.ts';

/** The version of the record's format; a record of a newer version is not changed. */
export const VERSION = 1;

/** The recorded state of a project: written before any start, read by every later command. */
export type ProjectRecord = {
  readonly version: typeof VERSION;
  readonly name: string;
  readonly workingDir: string;
  readonly files: readonly string[];
  readonly environmentFiles?: readonly string[];
  networks: Record<string, NetworkRecord>;
  containers: Record<string, ContainerRecord>;
  /** Directories created for a `cgroup_parent`, outer ones first; removed when empty. */
  cgroups?: readonly string[];
};

export type NetworkRecord = {
  readonly key: string;
  readonly name: string;
  /** Of the definition; a network with another hash is created again. */
  readonly hash: string;
  readonly subnet: string;
  readonly gateway: string;
  /** The interface. */
  readonly bridge: string;
};

export type ContainerRecord = Course & {
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** `app-web-1`, or `container_name`. */
  readonly name: string;
  readonly service: string;
  readonly number: number;
  readonly oneOff: boolean;
  readonly configHash: string;
  readonly definition: Service;
  /** Milliseconds since the epoch. */
  readonly created: number;
  /** Network key → address. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Target → name of the volume on this machine, named and anonymous ones; none if it has no volume. */
  readonly volumes?: Readonly<Record<string, string>>;
  readonly runner: RunnerName;
  /** `run --rm`: the container is removed after its end. */
  readonly remove?: true;
  /** The container that this one replaces, while it is kept; `name` is its original name. */
  readonly replaces?: { readonly id: string; readonly name: string };
  /** The options of `run` for a one-off container, beyond its definition. */
  readonly run?: {
    readonly hasCommand: boolean;
    readonly consoleSize?: ConsoleSize;
  };
};

/** The record of a project that was never started. */
export const emptyRecord = (name: string): ProjectRecord => ({
  version: VERSION,
  name,
  workingDir: '',
  files: [],
  networks: {},
  containers: {},
});
