import type { SeccompAction, SeccompArgument, SeccompFlag } from '../project/model/seccomp-profile.ts';

/**
 * The part of the OCI runtime configuration (runtime-spec 1.2, `config.json`) that tscompose writes and reads.
 * crun(1) and runc(8) run the same file.
 */
export type OciConfig = {
  readonly ociVersion: '1.2.0';
  readonly process: OciProcess;
  readonly root: { readonly path: string; readonly readonly: boolean };
  readonly hostname: string;
  readonly domainname?: string;
  readonly mounts: readonly OciMount[];
  readonly linux: OciLinux;
  readonly hooks?: { readonly createContainer: readonly OciHook[] };
  readonly annotations: Readonly<Record<string, string>>;
};

export type OciProcess = {
  readonly terminal: boolean;
  readonly user: OciUser;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  readonly capabilities: OciCapabilities;
  readonly rlimits: readonly OciRlimit[];
  readonly oomScoreAdj: number;
  readonly noNewPrivileges: boolean;
};

export type OciUser = {
  readonly uid: number;
  readonly gid: number;
  readonly additionalGids: readonly number[];
  readonly umask: number;
};

export type OciCapabilities = {
  readonly bounding: readonly string[];
  readonly effective: readonly string[];
  readonly permitted: readonly string[];
  readonly inheritable: readonly string[];
  readonly ambient: readonly string[];
};

/** `type` is a name such as `RLIMIT_NOFILE`; -1 stands for RLIM_INFINITY. */
export type OciRlimit = { readonly type: string; readonly soft: number; readonly hard: number };

export type OciMount = {
  readonly destination: string;
  readonly type: string;
  readonly source: string;
  readonly options: readonly string[];
};

/** A program of the host that a runtime executes. Without `args`, the path is the only argument. */
export type OciHook = {
  readonly path: string;
  readonly args?: readonly string[];
  readonly env?: readonly string[];
  /** Seconds. */
  readonly timeout?: number;
};

export type OciLinux = {
  readonly namespaces: readonly { readonly type: OciNamespace }[];
  readonly resources: OciResources;
  readonly cgroupsPath: string;
  readonly devices: readonly OciDevice[];
  readonly sysctl: Readonly<Record<string, string>>;
  readonly maskedPaths: readonly string[];
  readonly readonlyPaths: readonly string[];
  readonly seccomp?: OciSeccomp;
};

/** The rules of a profile that apply on this machine and with the container's capabilities. */
export type OciSeccomp = {
  readonly defaultAction: SeccompAction;
  readonly defaultErrnoRet?: number;
  /** Besides the machine's own one, these have rules, and others none. */
  readonly architectures: readonly string[];
  readonly flags?: readonly SeccompFlag[];
  readonly syscalls: readonly OciSeccompRules[];
};

export type OciSeccompRules = {
  readonly names: readonly string[];
  readonly action: SeccompAction;
  readonly errnoRet?: number;
  readonly args?: readonly SeccompArgument[];
};

export type OciNamespace = 'pid' | 'network' | 'ipc' | 'uts' | 'mount' | 'cgroup';

export type OciResources = {
  readonly memory?: {
    readonly limit?: number;
    readonly swap?: number;
    readonly reservation?: number;
    readonly swappiness?: number;
    readonly disableOOMKiller?: boolean;
  };
  readonly cpu?: {
    readonly shares?: number;
    readonly quota?: number;
    readonly period?: number;
    readonly realtimeRuntime?: number;
    readonly realtimePeriod?: number;
    readonly cpus?: string;
  };
  readonly pids?: { readonly limit: number };
  readonly blockIO?: OciBlockIo;
  /** In order. */
  readonly devices?: readonly OciDeviceRule[];
};

/** Type `a` stands for all devices. Without a number, a rule is about all numbers. */
export type OciDeviceRule = {
  readonly allow: boolean;
  readonly type: 'a' | 'b' | 'c';
  readonly major?: number;
  readonly minor?: number;
  readonly access: string;
};

export type OciBlockIo = {
  readonly weight?: number;
  readonly weightDevice: readonly {
    readonly major: number;
    readonly minor: number;
    readonly weight: number;
  }[];
  readonly throttleReadBpsDevice: readonly OciRate[];
  readonly throttleWriteBpsDevice: readonly OciRate[];
  readonly throttleReadIOPSDevice: readonly OciRate[];
  readonly throttleWriteIOPSDevice: readonly OciRate[];
};

/** `rate` is in bytes or operations per second. */
export type OciRate = { readonly major: number; readonly minor: number; readonly rate: number };

export type OciDevice = {
  readonly path: string;
  readonly type: 'c' | 'b';
  readonly major: number;
  readonly minor: number;
  readonly fileMode: number;
  readonly uid: number;
  readonly gid: number;
};
