import type { Readable, Writable } from 'node:stream';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { HostFacts } from '../../container/facts.ts';
import type { Readiness } from '../../kernel/ffi/readiness.ts';
import type { Values } from '../../kernel/launch/launch.ts';
import type { SharedDescriptors } from '../../kernel/launch/shared.ts';
import type { Exit, Process } from '../../kernel/program/runner.ts';
import type { ProjectPaths } from '../directories/project-paths.ts';
import type { ExecRegistry } from '../exec/exec-registry.ts';
import type { Accounts } from '../facts/accounts.ts';
import type { HostRoot } from '../facts/host-root.ts';
import type { Runners } from '../facts/runners.ts';
import type { GrantStore } from '../grants/store.ts';
import type { Prober } from '../health/prober.ts';
import type { ImageMounts } from '../images/image-mounts.ts';
import type { LogKeeper } from '../logs/keeper.ts';
import type { Parking } from '../logs/parking.ts';
import type { LogReaders } from '../logs/readers.ts';
import type { Names } from '../names/names.ts';
import type { Filter } from '../networks/filter/filter.ts';
import type { SharedAddresses } from '../networks/machine/shared-addresses.ts';
import type { Route } from '../networks/rtnetlink.ts';
import type { PublishedPorts } from '../ports/published-ports.ts';
import type { Relay } from '../ports/relay/sockets.ts';
import type { Damage } from '../record/damage.ts';
import type { ProjectRecord } from '../record/project-record.ts';
import type { RecordWriter } from '../record/write.ts';
import type { Restarts } from '../restart/restarts.ts';
import type { Trash } from '../trash/trash.ts';
import type { VolumesInUse } from '../volumes/volumes-in-use.ts';
import type { Calls } from './calls.ts';
import type { Events } from './events.ts';
import type { Work } from './work.ts';

/** The state of one project's supervisor, passed to its parts. */
export type Context = RecordWriter & {
  readonly paths: ProjectPaths;
  readonly record: ProjectRecord;
  /** The record cannot be used: `down` is the only command that works. */
  damage: Damage | undefined;
  /** The supervisor before this one was killed, and the machine was not booted since. */
  readonly isContinued: boolean;
  /** Diagnostics for the next command. */
  readonly notices: Diagnostic[];
  readonly host: HostFacts;
  readonly hostRoot: HostRoot;
  readonly accounts: Accounts;
  readonly readiness: Readiness;
  readonly runners: Runners;
  readonly work: Work;
  readonly calls: Calls;
  readonly trash: Trash;
  /** The state directory cannot hold the upper layer of an overlay. */
  readonly layersInMemory: boolean;
  /** `$host.…` of every Program. */
  readonly values: Values;
  /** Descriptors that Programs share. */
  readonly shared: SharedDescriptors;
  readonly route: Route;
  /** The packet filter of the project's networks. */
  readonly filter: Filter;
  /** Addresses of networks that several projects use. */
  readonly addresses: SharedAddresses;
  /** Indexes of the bridges, by the key of their network. */
  readonly bridges: Map<string, number>;
  /** Published ports that nf_tables does not serve: those on loopback. */
  readonly relay: Relay;
  readonly ports: PublishedPorts;
  /** Directories of the project's cgroups that exist until the supervisor ends. */
  readonly heldCgroups: Set<string>;
  /** Running containers, by name. */
  readonly running: Map<string, Running>;
  /** One-off containers whose first start is in progress, by name. */
  readonly starting: Set<string>;
  /** Of running containers with a health check, by name. */
  readonly health: Map<string, Prober>;
  readonly grants: GrantStore;
  readonly logReaders: LogReaders;
  /** Of the containers that run. */
  readonly parking: Parking;
  readonly execs: ExecRegistry;
  readonly restarts: Restarts;
  readonly names: Names;
  readonly volumes: VolumesInUse;
  readonly images: ImageMounts;
  readonly events: Events;
  /** Sends an event to all listeners of the project. */
  readonly emit: Events['emit'];
  readonly onEvent: Events['listen'];
};

export type Running = {
  readonly pid: number;
  /** Resolves when the container's end is recorded and its host resources are removed. */
  readonly ended: Promise<Exit>;
  readonly signal: Process['signal'];
  readonly hasEnded: Process['hasEnded'];
  readonly logs?: LogKeeper;
  readonly stdin?: Writable;
  readonly terminal?: Terminal;
};

/** The supervisor's end of a container's terminal. */
export type Terminal = {
  readonly output: Readable;
  /** The caller's input. */
  readonly input: Writable;
  readonly onOutput: (listener: (chunk: Buffer) => void) => () => void;
  readonly resize: (columns: number, rows: number) => void;
  /** Resolves at the end of the output. */
  readonly finished: Promise<void>;
};
