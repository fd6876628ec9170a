import type { ConsoleSize } from '../base/console-size.ts';
import type { ModelPath } from '../base/diagnostic.ts';
import type { CgroupLayout } from '../kernel/cgroup.ts';
import type { Ref } from '../kernel/program.ts';
import type { OciConfig, OciDevice, OciNamespace, OciUser } from './oci.ts';
import type { BlockDevices } from './resources.ts';

/** What the compiler has to know of the machine. It never looks itself, so it runs and is tested without root. */
export type HostFacts = {
  readonly cgroups: CgroupLayout;
  /** Number of the newest capability of this kernel, from /proc/sys/kernel/cap_last_cap. */
  readonly lastCapability: number;
  /** Those that tscompose has itself and can pass on; a host that is a container may lack some. */
  readonly capabilities: readonly string[];
  /** What /proc/self/oom_score_adj says of the supervisor, and so of every process that it starts. */
  readonly oomScoreAdj: number;
  /** RLIMIT_NOFILE of the shell that tscompose was started from; Node raises its own. */
  readonly nofile: { readonly soft: number; readonly hard: number };
  /** CPUs that have a thermal_throttle directory to be masked. */
  readonly throttledCpus: readonly number[];
};

/** What has to be looked up for one service, in its root and at the sources of its mounts. */
export type ServiceFacts = {
  readonly user: OciUser;
  /** From the root's passwd file. */
  readonly home: string;
  /** Directory below which the overlay lies; never written to. */
  readonly lower: string;
  /** Mounts that the root itself brings, as the `host` root does. */
  readonly rootMounts: OciConfig['mounts'];
  /** Directories that PATH has besides the usual ones. */
  readonly extraPath: readonly string[];
  /** Sources of binds that are files, or device nodes, rather than directories. */
  readonly files: ReadonlySet<string>;
  /** Those that `blkio_config` names. */
  readonly blockDevices: BlockDevices;
  /** Device nodes of the host, for a privileged service; none for others. */
  readonly devices: readonly OciDevice[];
};

/** Namespaces that are not a container's own. */
export type SharedNamespaces = {
  /** For people: `db-1`, or `the host`. */
  readonly name: string;
  /** A descriptor of the process that has them; the host's are those that one has anyway. */
  readonly holder?: Ref;
  readonly types: readonly OciNamespace[];
};

/** What cgroups above a container's own must be given first; only some limits ask for that. */
export type Inheritance = {
  /** Version 1, cpuset: a cgroup without memory nodes and CPUs takes no process. */
  readonly cpuset?: {
    readonly cpus: string;
    readonly mems: string /** Those that have none yet. */;
    readonly levels: readonly string[];
  };
  /** Version 1, cpu: microseconds of each second, of which those below have their share. */
  readonly realtime?: readonly { readonly level: string; readonly runtime: number }[];
};

/** Where a container's things are on the host. */
export type Places = {
  /** Small files, FIFOs: on tmpfs. */
  readonly run: string;
  /** An empty directory for the overlay's mount; one serves all, for each container has a mount tree of its own. */
  readonly mountPoint: string;
  /** `upper` and `work` of the overlay. */
  readonly layer: string;
  /** The layer's file system is made in the container, in memory, and ends with it. */
  readonly layerInMemory: boolean;
  /** Below the root of every cgroup hierarchy: `tscompose/app/web-1`. */
  readonly cgroup: string;
};

/** One interface of a container: what OCI does not describe. */
export type Link = {
  /** Key of the network in the project. */
  readonly network: string;
  /** The host's end, at most 15 characters. */
  readonly hostName: string;
  /** Inside: `eth0`, `eth1`. */
  readonly name: string;
  /** Index of the network's bridge. */
  readonly bridge: number;
  readonly address: string;
  readonly prefix: number;
  /** Default route, on one link only. */
  readonly gateway?: string;
};

/** Everything that a container's Program is compiled from. */
export type Container = {
  /** `web-1`. */
  readonly name: string;
  readonly config: OciConfig;
  /** PID 1 is an init and the command its child. */
  readonly init: boolean;
  readonly places: Places;
  readonly shared: readonly SharedNamespaces[];
  readonly inheritance: Inheritance;
  readonly links: readonly Link[];
  readonly files: ReadonlySet<string>;
  /** Sources of binds that are made, as directories, when they are missing. */
  readonly madeSources: readonly { readonly path: string; readonly from: ModelPath }[];
  /** Size of its terminal from the first moment on. */
  readonly consoleSize?: ConsoleSize;
  /** Content of /etc/hosts, /etc/hostname and /etc/resolv.conf. */
  readonly etc: Readonly<Record<'hosts' | 'hostname' | 'resolv.conf', string>>;
  readonly host: HostFacts;
  /** Standard streams: `logs` are FIFOs, `terminal` a pty, `given` those with which the process is born. */
  readonly stdio: 'logs' | 'terminal' | 'given';
  /** The Compose attribute behind a key of the service or a mount's destination. */
  readonly from: (what: string) => ModelPath | undefined;
};
