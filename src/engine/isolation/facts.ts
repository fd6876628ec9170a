import type { OciNamespace } from '../../container/oci.ts';

/**
 * The separation of a container from the host and from other containers: read from the kernel for a container that runs,
 * derived from its OCI configuration for one that does not.
 */
export type Isolation = {
  readonly namespaces: Readonly<Record<OciNamespace, Owner>>;
  /** The first process of the container. */
  readonly process: ProcessFacts;
  /** Further processes that hold more than the first one, such as those of `exec --privileged`. */
  readonly exceptions: readonly ProcessException[];
  readonly devices: DeviceFacts;
  /** Mounts of file systems that are mounted on the host too, without those of the kernel such as /proc. */
  readonly hostMounts: readonly HostMount[];
};

/** `with`: names of the other containers in the namespace; none if its other processes belong to no container. */
export type Owner =
  | { readonly kind: 'own' }
  | { readonly kind: 'host' }
  | { readonly kind: 'shared'; readonly with: readonly string[] };

export type ProcessFacts = {
  readonly capabilities: CapabilityFacts;
  /** Seccomp filters, without those that all processes of the host have. */
  readonly filters: number;
  readonly noNewPrivileges: boolean;
  readonly user: UserFacts;
};

/** Names in the order of their numbers. */
export type CapabilityFacts = {
  /** In any set of the process, the bounding set included. */
  readonly held: readonly string[];
  /** Held, and not among Docker's default ones. */
  readonly extra: readonly string[];
  /** Docker's default ones that are not held. */
  readonly dropped: readonly string[];
};

export type ProcessException = ProcessFacts & {
  readonly pid: number;
  readonly command: string;
  /** Only if they are not those of the first process: that of `exec --privileged` is in a cgroup of its own. */
  readonly devices?: DeviceFacts;
};

/** The same ids inside and on the host if the container has no user namespace of its own. */
export type UserFacts = {
  readonly uid: number;
  readonly gid: number;
  readonly hostUid: number;
  readonly hostGid: number;
};

export type DeviceFacts = {
  /** `all`: every device of the host. */
  readonly access: 'default' | 'all' | 'some' | 'unknown';
  /** For `some`: devices of the host that may be opened although the default rules do not allow it. */
  readonly beyond: readonly HostDevice[];
};

export type DeviceNumber = {
  readonly type: 'c' | 'b';
  readonly major: number;
  readonly minor: number;
};

/** `name` is the kernel's: `sda`, `kvm`; the numbers if the host has no such device. */
export type HostDevice = DeviceNumber & { readonly name: string; readonly access: 'r' | 'w' | 'rw' };

export type HostMount = {
  readonly target: string;
  /** Path on the host. */
  readonly source: string;
  readonly isWritable: boolean;
  /** `shared`: mounts below it appear on the host, and those of the host in the container; `slave`: only the latter. */
  readonly propagation: 'private' | 'slave' | 'shared';
  /** Identifies the directory or file on the host: device and path in its file system. */
  readonly identity: string;
};
