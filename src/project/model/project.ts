import type { ModelPath, Place } from '../../base/diagnostic.ts';
import type { Device } from '../scalars/devices.ts';
import type { Namespace, NamespaceKey } from '../scalars/namespaces.ts';
import type { HostLine } from '../scalars/network/hosts.ts';
import type { PortProtocol, PortRange } from '../scalars/network/ports.ts';
import type { Link, MountsOf } from '../scalars/references.ts';
import type { HealthCheck, PartOfHealthCheck } from './health-check.ts';
import type { Logging } from './logging.ts';
import type { SeccompProfile } from './seccomp-profile.ts';

/**
 * The canonical project: every short form expanded, every default filled in, every path absolute.
 * Plain data that survives JSON, for it travels to the supervisor and into the state.
 */
export type Project = {
  readonly name: string;
  /** Absolute directory that relative paths of the files resolve against. */
  readonly workingDir: string;
  /** Absolute paths of the Compose files, in the order in which they were merged. */
  readonly files: readonly string[];
  /** Absolute paths of the files of variables for interpolation: `.env`, or those of `--env-file`. */
  readonly environmentFiles?: readonly string[];
  /** The separator in the names of new containers, such as `app_web_1`, instead of `-`. */
  readonly separator?: '_';
  readonly services: Readonly<Record<string, Service>>;
  /** Services of inactive profiles, and services that were not selected and cannot run; their containers stay. */
  readonly inactive: readonly string[];
  readonly networks: Readonly<Record<string, Network>>;
  /** Those that services mount. */
  readonly volumes: Readonly<Record<string, Volume>>;
};

export type Service = {
  readonly name: string;
  /** The number of its containers, 1 if it is missing; no part of any one of them. */
  readonly replicas?: number;
  readonly containerName?: string;
  readonly hostname?: string;
  readonly domainname?: string;
  readonly rootfs: Rootfs;
  /** `null` is that of the image, an empty list none; the process is `entrypoint` followed by `command`. */
  readonly entrypoint: readonly string[] | null;
  readonly command: readonly string[] | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDir?: string;
  /** `uid[:gid]` or `name[:group]`, resolved in the root's own passwd and group files. */
  readonly user?: string;
  readonly tty: boolean;
  readonly stdinOpen: boolean;
  /** False if `up` does not print the output. */
  readonly attach?: boolean;
  /** PID 1 is a small init, and the command its child. */
  readonly init: boolean;
  readonly readOnly: boolean;
  readonly privileged: boolean;
  /** Setuid programs gain nothing. */
  readonly noNewPrivileges?: boolean;
  /** The profile of its filter of system calls, Docker's default one if it is missing. */
  readonly seccomp?: SeccompProfile | 'unconfined';
  /** Where it is written that there is no filter: `services.web.security_opt[0]`. */
  readonly unconfinedFrom?: ModelPath;
  /** No path of /proc and /sys is masked or read-only. */
  readonly openPaths?: boolean;
  /** Names or ids of further groups. */
  readonly groupAdd?: readonly string[];
  /** -1000 to 1000. */
  readonly oomScoreAdj?: number;
  /** The namespaces that the file names; the container has all others to itself. */
  readonly namespaces?: { readonly [Key in NamespaceKey]?: Namespace };
  /** Below the root of every cgroup hierarchy: `jobs/night`. */
  readonly cgroupParent?: string;
  /** Bytes of /dev/shm. */
  readonly shmSize?: number;
  readonly logging?: Logging;
  /** `CAP_NET_ADMIN`, or `ALL`. */
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  /** By small letters such as `nofile`; -1 for no limit. */
  readonly ulimits: Readonly<Record<string, { readonly soft: number; readonly hard: number }>>;
  /** By dotted name; a slash in it stands for a dot, as for sysctl(8). */
  readonly sysctls: Readonly<Record<string, string>>;
  readonly limits: Limits;
  /** Device nodes of the host, in the order in which they are written. */
  readonly devices?: readonly Device[];
  /** Devices of specifications of this machine, such as graphics processors. */
  readonly deviceRequests?: readonly DeviceRequest[];
  /** Devices that nodes may be made and used of: `c 1:3 rwm`. */
  readonly deviceRules?: readonly string[];
  /** In the order in which they are written. */
  readonly mounts: readonly Mount[];
  /** Its configs and secrets, in the order in which they are written. */
  readonly grants?: readonly Grant[];
  /** The containers whose bind mounts and volumes a new container takes over, in the order in which they are written. */
  readonly volumesFrom?: readonly MountsOf[];
  /** Keys of `Project.networks`, in the order of the interfaces. */
  readonly networks: Readonly<Record<string, Attachment>>;
  /** Addresses of the name servers that its queries for names outside the project go to, instead of the host's. */
  readonly dns?: readonly string[];
  /** Domains to search, instead of the host's; `.` for none. */
  readonly dnsSearch?: readonly string[];
  /** Options of resolv.conf(5), instead of the host's: `ndots:2`. */
  readonly dnsOptions?: readonly string[];
  /** Further lines of /etc/hosts. */
  readonly extraHosts?: readonly HostLine[];
  /** Names that the service alone has for other services. */
  readonly links?: readonly Link[];
  /** Names that the service alone has for containers. */
  readonly externalLinks?: readonly Link[];
  /** In the order in which they are written. */
  readonly ports?: readonly Port[];
  /** The ports that the service says it listens on, of the file and of the image; informational. */
  readonly expose?: readonly PortRange[];
  /** The hardware address on the first network, unless that attachment has one. */
  readonly macAddress?: string;
  readonly dependsOn: Readonly<Record<string, Dependency>>;
  readonly labels: Readonly<Record<string, string>>;
  /** A name such as `SIGTERM`. */
  readonly stopSignal: string;
  /** Milliseconds. */
  readonly stopGracePeriod: number;
  /** None if it is missing. */
  readonly healthcheck?: HealthCheck;
  /** Missing if a container that has ended stays as it is. */
  readonly restart?: RestartPolicy;
};

/** When a container that has ended is started again. Times are milliseconds. */
export type RestartPolicy = {
  readonly kind: 'always' | 'unless-stopped' | 'on-failure';
  /** The number of restarts; without a limit if it is missing. */
  readonly attempts?: number;
  /** The time before each restart, instead of one that grows. */
  readonly delay?: number;
  /** A run of this length is a success: attempts are counted anew after it. */
  readonly window?: number;
};

/** A request for devices that does not name them all. */
export type DeviceRequest = {
  /** `nvidia`, `amd`, or `cdi`; missing for any that has the capabilities. */
  readonly driver?: string;
  /** -1 for all, also if it is missing. */
  readonly count?: number;
  /** Instead of a number. */
  readonly ids?: readonly string[];
  readonly capabilities: readonly string[];
  /** Where it is written: `services.web.gpus[0]`. */
  readonly from: ModelPath;
};

export type Rootfs =
  | { readonly kind: 'host' }
  | { readonly kind: 'directory'; readonly path: string }
  | WantedImage
  | FoundImage;

/** An image that the files name. Before a supervisor gets the project, every one that it starts is looked up. */
export type WantedImage = {
  readonly kind: 'wanted-image';
  /** As it is written: `postgres:16`. */
  readonly reference: string;
  /** `linux/arm64`; that of this machine if it is missing. */
  readonly platform?: string;
  /** `always`, `missing`, `never`, `build`, `refresh`, `daily`, `weekly` or `every_12h`. */
  readonly policy?: string;
  /** Milliseconds; the age at which `refresh` pulls it again. */
  readonly refreshAfter?: number;
  /** The archive of a root directory that it is made of: an absolute path. The name has what tells the file from others. */
  readonly archive?: string;
  /** The service has a build that would make it. */
  readonly isBuilt?: true;
  /** Its variables that the service does not get. */
  readonly unset?: readonly string[];
  /** The stop signal of the service is written in the file. */
  readonly hasStopSignal?: true;
  /** The health check of the file; the image has the rest. */
  readonly healthcheck?: PartOfHealthCheck;
};

/** An image of this machine's store; what its configuration says is part of the service. */
export type FoundImage = {
  readonly kind: 'image';
  readonly reference: string;
  /** The digest of its configuration, by which Docker calls it: `sha256:…`. */
  readonly id: string;
  /** The digest of its manifest. */
  readonly digest: string;
  /** The digests of the plain layers, lowest first. */
  readonly layers: readonly string[];
};

export type Limits = {
  /** Bytes. */
  readonly memory?: number;
  /** Bytes of memory and swap together, -1 for no limit. */
  readonly memorySwap?: number;
  /** CPUs, as a fraction. */
  readonly cpus?: number;
  readonly cpuShares?: number;
  /** Microseconds of every period. */
  readonly cpuQuota?: number;
  readonly cpuPeriod?: number;
  /** Microseconds of every period for real-time scheduling. */
  readonly cpuRtRuntime?: number;
  readonly cpuRtPeriod?: number;
  /** As cpuset(7) has it: `0-3,7`. */
  readonly cpuset?: string;
  /** 0 to 100. */
  readonly memorySwappiness?: number;
  /** Waits where it reaches its limit of memory, and is not killed. */
  readonly oomKillDisable?: true;
  readonly blockIo?: BlockIo;
  /** Bytes that are left to it when memory is short. */
  readonly memoryReservation?: number;
  /** -1 for no limit. */
  readonly pids?: number;
};

/** By the key of `blkio_config`; weights are from 10 to 1000, rates are bytes or operations a second. */
export type BlockIo = {
  readonly weight?: number;
  /** In the order in which they are written. */
  readonly devices: readonly BlockDeviceLimit[];
};

export type BlockDeviceLimit = {
  readonly limit: BlockDeviceKey;
  /** Of the device, on the host. */
  readonly path: string;
  readonly value: number;
  /** Where the path is written: `services.web.blkio_config.weight_device[0].path`. */
  readonly from: ModelPath;
};

export type BlockDeviceKey =
  | 'weight_device'
  | 'device_read_bps'
  | 'device_write_bps'
  | 'device_read_iops'
  | 'device_write_iops';

export type Mount = {
  /** Where it is written: `services.web.volumes[0]`. */
  readonly from: ModelPath;
  readonly target: string;
  readonly readOnly: boolean;
  /** Taken over from another container by `volumes_from`: a part of a container, and not of its service. */
  readonly inherited?: true;
} & (
  | {
      readonly kind: 'bind';
      /** Absolute path on the host. */
      readonly source: string;
      /** Make a missing source a directory, as the short form does. */
      readonly createHostPath: boolean;
      readonly propagation?: string;
      /** Leaves out the mounts below the source, or leaves those writable where it is read-only itself. */
      readonly recursive?: 'disabled' | 'writable';
    }
  | {
      readonly kind: 'tmpfs';
      /** Mount options of tmpfs(5): `size=64m`, `mode=1777`. */
      readonly options: readonly string[];
    }
  | {
      readonly kind: 'volume';
      /** The name of the volume on this machine; an anonymous volume gets one with its container. */
      readonly volume?: string;
      /** Nothing of the root is copied into the volume. */
      readonly noCopy?: true;
      /** A path inside the volume, relative and without `..`; the whole volume if it is missing. */
      readonly subpath?: string;
      /** Of an inherited mount: its volume belongs to no name, and goes with the last container that has it. */
      readonly isAnonymous?: true;
      /** Of an anonymous volume. */
      readonly labels?: Readonly<Record<string, string>>;
    }
  | {
      /** The files of an image, read-only. */
      readonly kind: 'image';
      readonly image: WantedImage | FoundImage;
      /** A path inside the image, relative and without `..`; all files if it is missing. */
      readonly subpath?: string;
    }
);

export type ImageMount = Extract<Mount, { readonly kind: 'image' }>;

/** A config or secret of a service: a read-only file in the memory of the container. */
export type Grant = {
  /** Where it is written: `services.web.secrets[0]`. */
  readonly from: ModelPath;
  readonly kind: 'config' | 'secret';
  /** Its key under the top-level `configs` or `secrets`. */
  readonly key: string;
  /** Absolute path in the container. */
  readonly target: string;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
  readonly source: GrantSource;
  /** Taken over from another container by `volumes_from`: a part of a container, and not of its service. */
  readonly inherited?: true;
};

/** Where content comes from. The content itself is in no part of the model, for the model is kept on disk. */
export type GrantSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'environment'; readonly variable: string }
  /** Written in the Compose file. */
  | { readonly kind: 'content' };

/** A port of the container that is published on the host. */
export type Port = {
  /** Where it is written: `services.web.ports[0]`. */
  readonly from: ModelPath;
  readonly target: number;
  readonly protocol: PortProtocol;
  /** The ports of the host to choose from, one in most cases; the kernel chooses if it is missing. */
  readonly published?: { readonly first: number; readonly last: number };
  /** The address of the host as it is written; all addresses if it is missing. */
  readonly hostIp?: string;
};

export type Attachment = {
  readonly aliases: readonly string[];
  /** `10.1.0.5`; a free one if it is missing. */
  readonly ipv4Address?: string;
  /** As in RFC 5952: `fd00::5`. */
  readonly ipv6Address?: string;
  /** Six bytes in small letters: `02:42:0a:01:00:05`. */
  readonly macAddress?: string;
  /** Of the network with the highest one, the interface is the first; 0 if it is missing. */
  readonly priority?: number;
  /** The default route goes through the network with the highest one; 0 if it is missing. */
  readonly gatewayPriority?: number;
  /** `eth0` for the first network and so on, if it is missing. */
  readonly interfaceName?: string;
  /** Settings of the interface, by name, where `IFNAME` stands for that of the interface: `net.ipv4.conf.IFNAME.forwarding`. */
  readonly sysctls?: Readonly<Record<string, string>>;
  /** `false`: names of others mean nothing on this network, except for links. */
  readonly hasNames?: false;
};

export type Dependency = {
  readonly condition: 'service_started' | 'service_healthy' | 'service_completed_successfully';
  readonly restart: boolean;
  readonly required: boolean;
};

export type Network = {
  /** The key in the file. */
  readonly key: string;
  /** Where it is written, if that is not below `networks`: `services.web.network_mode`. */
  readonly from?: ModelPath;
  /** The name on this machine: `<project>_<key>` unless `name` is set. */
  readonly name: string;
  /** It exists outside the project, which neither makes nor removes it. */
  readonly external?: true;
  /** Nothing leaves it. */
  readonly internal?: true;
  /** Containers have no IPv4 addresses on it. */
  readonly ipv4?: false;
  /** Containers have IPv6 addresses on it. */
  readonly ipv6?: true;
  /** In the order in which they are written; a block of a family without one is chosen by the engine. */
  readonly blocks?: readonly AddressBlock[];
  readonly labels?: Readonly<Record<string, string>>;
  /** `driver_opts`, such as `com.docker.network.driver.mtu`. */
  readonly options?: Readonly<Record<string, string>>;
};

/** An entry of `ipam.config`: addresses of a network, IPv4 or IPv6. */
export type AddressBlock = {
  /** CIDR. */
  readonly subnet?: string;
  /** The part of the subnet that addresses are chosen from, as CIDR. */
  readonly range?: string;
  /** The address of the bridge. */
  readonly gateway?: string;
  /** Addresses that are never chosen, by a name. */
  readonly auxiliary?: Readonly<Record<string, string>>;
};

/** A volume of the driver `local`; there are no others. */
export type Volume = {
  /** The key in the file. */
  readonly key: string;
  /** The name on this machine: `<project>_<key>`, or the key of an external volume, unless `name` is set. */
  readonly name: string;
  /** It exists outside the project, which neither makes nor removes it. */
  readonly external: boolean;
  /** `type`, `o` and `device` of mount(8), or nothing for a directory. */
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
};

/** Where each path of the model was written, for errors that are found only later. */
export type Places = (path: ModelPath) => Place | undefined;
