import type { ConsoleSize } from '../../../base/console-size.ts';
import type { Course } from '../../../base/status.ts';
import type { Service } from '../../../project/model/project.ts';
import type { RunnerName } from '../../containers/runners.ts';

/** Of the form of a record; one that a newer tscompose has written is not touched. */
export const VERSION = 1;

/** What is known of a project without its files: written before anything is started, read by every later command. */
export type ProjectRecord = {
  readonly version: typeof VERSION;
  readonly name: string;
  readonly workingDir: string;
  readonly files: readonly string[];
  networks: Record<string, NetworkRecord>;
  containers: Record<string, ContainerRecord>;
  /** Directories that were made for a `cgroup_parent`, outer ones first; they are removed when nothing is in them. */
  cgroups?: readonly string[];
};

export type NetworkRecord = {
  readonly key: string;
  readonly name: string;
  /** Of the definition; a network whose hash differs is made anew. */
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
  readonly runner: RunnerName;
  /** `run --rm`: it is removed when it has ended. */
  readonly remove?: true;
  /** The container in whose place it is to be, for as long as that one is kept; `name` is the one that it had. */
  readonly replaces?: { readonly id: string; readonly name: string };
  /** What `run` said of a one-off container, beyond its definition. */
  readonly run?: {
    readonly hasCommand: boolean;
    readonly consoleSize?: ConsoleSize;
  };
};
