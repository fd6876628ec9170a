import type { ConsoleSize } from '../base/console-size.ts';
import type { ModelPath } from '../base/diagnostic.ts';
import type { CgroupLayout } from '../kernel/cgroup.ts';
import type { PortChanges } from '../kernel/netlink/link.ts';
import type { Ref } from '../kernel/program/program.ts';
import type { Architecture } from '../kernel/program/syscalls.ts';
import type { Grant } from '../project/model/project.ts';
import type { BlockDevices } from './cgroups/resources.ts';
import type { DeviceEdits } from './devices/edits.ts';
import type { OciConfig, OciDevice, OciNamespace, OciUser } from './oci.ts';
import type { Resolver } from './resolver-ports.ts';
import type { Filter } from './seccomp/confinement.ts';

/** Facts about the host. The compiler gets them as data, so that it runs and is tested without root. */
export type HostFacts = {
  readonly cgroups: CgroupLayout;
  readonly architecture: Architecture;
  /** Version and revision of the kernel: `6.18`. */
  readonly kernel: string;
  /** Number of the newest capability of this kernel, from /proc/sys/kernel/cap_last_cap. */
  readonly lastCapability: number;
  /** The capabilities of tscompose itself; some are missing if the host is a container. */
  readonly capabilities: readonly string[];
  /** /proc/self/oom_score_adj of the supervisor, inherited by every process that it starts. */
  readonly oomScoreAdj: number;
  /** RLIMIT_NOFILE of the shell that started tscompose; Node raises its own limit. */
  readonly nofile: { readonly soft: number; readonly hard: number };
  /** CPUs with a thermal_throttle directory, which is masked. */
  readonly throttledCpus: readonly number[];
};

/** Facts about one service, from its root file system and from the sources of its mounts. */
export type ServiceFacts = {
  readonly user: OciUser;
  /** Home directory of the user in /etc/passwd of the root file system. */
  readonly home: string;
  /** Lower directory of the overlay; never written to. */
  readonly lower: string;
  /** Mounts that belong to the root file system, as with `rootfs: host`. */
  readonly rootMounts: OciConfig['mounts'];
  /** Directories of PATH besides the default ones. */
  readonly extraPath: readonly string[];
  /** Sources of bind mounts that are not directories: files and device nodes. */
  readonly files: ReadonlySet<string>;
  /** The volumes of its mounts, by their target. */
  readonly volumes: VolumeSources;
  /** The modes of directories of the root on which the service mounts a tmpfs, by the target. */
  readonly tmpfsModes: ReadonlyMap<string, number>;
  /** The block devices in `blkio_config`. */
  readonly blockDevices: BlockDevices;
  /** All device nodes of the host for a privileged service; empty for other services. */
  readonly hostDevices: readonly OciDevice[];
  /** The devices that a service names, with the path of the node in the container. */
  readonly devices: readonly MappedDevice[];
  /** The additions of specifications: environment, mounts and hooks. */
  readonly edits: Pick<DeviceEdits, 'environment' | 'mounts' | 'hooks'>;
};

/** Volumes and images, by the path in the container. */
export type VolumeSources = ReadonlyMap<string, VolumeSource>;

export type VolumeSource = {
  readonly name: string;
  /** It is an image, of which nothing is written. */
  readonly isImage?: true;
  /** The directory on the host that is the root of the volume. */
  readonly data: string;
  /** A path inside the volume, through symbolic links of the volume, but not out of it. */
  readonly subpath?: string;
};

/** Permissions are letters of `rwm`. */
export type MappedDevice = OciDevice & { readonly permissions: string };

/** Namespaces that a container shares with the host or with another container. */
export type SharedNamespaces = {
  /** A name for messages: `db-1`, or `the host`. */
  readonly name: string;
  /** A pidfd of a process in the namespaces; undefined for the host's, in which every container starts. */
  readonly holder?: Ref;
  readonly types: readonly OciNamespace[];
};

/** Settings of the ancestors of a container's cgroup that some limits require. */
export type Inheritance = {
  /** Version 1, cpuset: a cgroup without memory nodes and CPUs accepts no process. Absent if all begin with some. */
  readonly cpuset?: {
    readonly cpus: string;
    readonly mems: string;
    /** The cgroups without them: ancestors, and the container's own below a parent that does not hand them down. */
    readonly levels: readonly string[];
  };
  /** Version 1, cpu: microseconds per second, shared by the cgroups below. */
  readonly realtime?: readonly { readonly level: string; readonly runtime: number }[];
};

/** The paths of a container on the host. */
export type Places = {
  /** The run directory, on tmpfs: small files and FIFOs. */
  readonly run: string;
  /** Mount point of the overlay: one empty directory for all containers, which have mount namespaces of their own. */
  readonly mountPoint: string;
  /** The directory with `upper` and `work` of the overlay. */
  readonly layer: string;
  /** The layer is a tmpfs that the container mounts, and ends with the container. */
  readonly layerInMemory: boolean;
  /** The path below the root of every cgroup hierarchy: `tscompose/app/web-1`. */
  readonly cgroup: string;
};

/** One network interface of a container, which the OCI configuration does not describe. */
export type Link = {
  /** Key of the network in the project. */
  readonly network: string;
  /** Name of the host's end of the veth pair, at most 15 characters. */
  readonly hostName: string;
  /** Name of the container's end: `eth0`, `eth1`. */
  readonly name: string;
  /** Index of the network's bridge. */
  readonly bridge: number;
  /** IPv4, IPv6, or both. */
  readonly addresses: readonly { readonly address: string; readonly prefix: number }[];
  /** Further blocks of the network, which are reached without a gateway. */
  readonly routes: readonly string[];
  /** Gateways of default routes; of each family on one link at most. */
  readonly gateways: readonly string[];
  /** Of the container's end. */
  readonly mac: string;
  /** Bytes of the largest packet. */
  readonly mtu?: number;
  /** Values of files below /proc/sys: `net/ipv4/conf/eth0/log_martians`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The port of the bridge, where it differs from others. */
  readonly port: PortChanges;
};

/** The input of `compile`. */
export type Container = {
  /** `web-1`. */
  readonly name: string;
  readonly config: OciConfig;
  /** The root file system is the mount of an image. */
  readonly isOnImage?: boolean;
  /** The filter of system calls; undefined for a container without one. */
  readonly filter: Filter | undefined;
  /** PID 1 is an init process, and the command is its child. */
  readonly init: boolean;
  readonly places: Places;
  readonly shared: readonly SharedNamespaces[];
  readonly inheritance: Inheritance;
  readonly links: readonly Link[];
  /** Its name server; none without networks. */
  readonly resolver?: Resolver;
  readonly files: ReadonlySet<string>;
  readonly volumes: VolumeSources;
  /** Sources of bind mounts that are created, as directories, if they do not exist. */
  readonly madeSources: readonly { readonly path: string; readonly target: string }[];
  /** Initial size of the terminal. */
  readonly consoleSize?: ConsoleSize;
  /** Content of /etc/hosts, /etc/hostname and /etc/resolv.conf. */
  readonly etc: Readonly<Record<'hosts' | 'hostname' | 'resolv.conf', string>>;
  /** Configs and secrets. */
  readonly grants: readonly Grant[];
  /** Bytes of memory for their files. */
  readonly grantBytes: number;
  readonly host: HostFacts;
  /** Standard streams: FIFOs for `logs`, a pty for `terminal`, the descriptors of the caller for `given`. */
  readonly stdio: 'logs' | 'terminal' | 'given';
  /** With `logs`: standard input is `$stdin`, and not the null device. */
  readonly hasInput: boolean;
  /** The path in the model of a key of the service, or of the mount with a target: for the `from` of steps. */
  readonly origin: (key: string) => ModelPath | undefined;
};
