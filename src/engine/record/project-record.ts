import type { ConsoleSize } from '../../base/console-size.ts';
import type { Reason } from '../../base/diagnostic.ts';
import type { Course } from '../../base/status.ts';
import type { Service } from '../../project/model/project.ts';
import type { PortProtocol } from '../../project/scalars/network/ports.ts';
import type { RunnerName } from '../facts/runners.ts';

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
  /** Directories that tscompose has created for a `cgroup_parent`, outer ones first; removed when empty. */
  cgroups?: readonly string[];
  /** Services whose first rotation of a log was said. */
  rotated?: readonly string[];
  /** The user knows that boot needs a unit of systemd. */
  toldOfBoot?: true;
};

export type NetworkRecord = {
  readonly key: string;
  readonly name: string;
  /** Of the definition; a network with another hash is created again. */
  readonly hash: string;
  /** The first IPv4 block and the address of the bridge in it; empty without IPv4. */
  readonly subnet: string;
  readonly gateway: string;
  /** The same for IPv6. */
  readonly subnet6?: string;
  readonly gateway6?: string;
  /** All blocks of both families; the IPv4 one alone if they are missing. */
  readonly blocks?: readonly NetworkBlock[];
  /** It belongs to the machine or to another project: this one neither makes nor removes it. */
  readonly external?: true;
  /** Nothing leaves it. */
  readonly internal?: true;
  /** `driver_opts`. */
  readonly options?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** The interface. */
  readonly bridge: string;
};

/** A block of addresses of a network, IPv4 or IPv6. */
export type NetworkBlock = {
  /** CIDR. */
  readonly subnet: string;
  /** Of the bridge. */
  readonly gateway: string;
  /** The part of the subnet that addresses are chosen from, as CIDR. */
  readonly range?: string;
  /** Further addresses that are never chosen. */
  readonly reserved?: readonly string[];
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
  /** Network key → IPv4 address. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Network key → IPv6 address; none if none of its networks has IPv6. */
  readonly addresses6?: Readonly<Record<string, string>>;
  /** Target → name of the volume on this machine, named and anonymous ones; none if it has no volume. */
  readonly volumes?: Readonly<Record<string, string>>;
  /** Its ports on the host: those of every start. */
  readonly ports?: readonly BoundPort[];
  readonly runner: RunnerName;
  /** Restarts by its policy since its last start by hand. */
  readonly restartCount?: number;
  /** Milliseconds before the last of them. */
  readonly restartDelay?: number;
  /** Its last start by its policy failed, and why. */
  readonly startFailure?: Reason;
  /** Its run was ended by `stop`, `kill` or Ctrl-C, or is being ended. */
  readonly stoppedByHand?: true;
  /** The same because the machine goes down: at the next boot its policy starts it. */
  readonly stoppedForBoot?: true;
  /** A container whose namespace it shares was restarted: it is to join the new one, whatever its policy. */
  readonly rejoins?: true;
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

/** A port of a container and its place on the host. */
export type BoundPort = {
  readonly protocol: PortProtocol;
  /** `0.0.0.0` or `::` for all addresses of a family. */
  readonly hostIp: string;
  readonly hostPort: number;
  /** Of the container. */
  readonly port: number;
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
