/**
 * The project in the key names and shapes of Docker Compose's own `config --format json`: files merged,
 * variables replaced, long forms, names and networks filled in. What `config` prints.
 */
export type Canonical = {
  readonly name: string;
  readonly services: Readonly<Record<string, CanonicalService>>;
  readonly networks?: Readonly<Record<string, CanonicalNetwork>>;
  readonly volumes?: Readonly<Record<string, CanonicalNamedVolume>>;
  readonly secrets?: Readonly<Record<string, CanonicalMaterial>>;
  readonly configs?: Readonly<Record<string, CanonicalMaterial>>;
  readonly models?: Readonly<Record<string, { readonly model: string } | null>>;
  /** Extensions, and keys that are not supported yet, as they are written. */
  readonly [key: string]: unknown;
};

/** The keys of a service that more than their own file looks at. */
export type CanonicalService = {
  readonly command: readonly string[] | null;
  readonly entrypoint: readonly string[] | null;
  readonly environment?: Readonly<Record<string, string | null>>;
  /** Until they are read; `environment` holds them then. */
  readonly env_file?: readonly CanonicalEnvFile[];
  /** Absolute paths; `labels` holds what the files say. */
  readonly label_file?: readonly string[];
  /** Absolute path, or `host`. */
  readonly rootfs?: string;
  readonly image?: string;
  readonly build?: CanonicalBuild;
  readonly tmpfs?: readonly string[];
  readonly volumes?: readonly CanonicalVolume[];
  /** Decimal bytes. */
  readonly mem_limit?: string;
  readonly memswap_limit?: string;
  readonly cpus?: number;
  /** Microseconds. */
  readonly cpu_period?: number;
  readonly cpu_quota?: number;
  readonly cpu_rt_period?: number;
  readonly cpu_rt_runtime?: number;
  readonly oom_kill_disable?: boolean;
  readonly shm_size?: string;
  readonly logging?: { readonly driver?: string; readonly options?: Readonly<Record<string, string>> };
  readonly ulimits?: Readonly<Record<string, number | { readonly soft: number; readonly hard: number }>>;
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly security_opt?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly privileged?: boolean;
  readonly user?: string;
  readonly pid?: string;
  readonly container_name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly networks?: Readonly<Record<string, CanonicalAttachment | null>>;
  readonly network_mode?: string;
  readonly mac_address?: string;
  readonly ipc?: string;
  readonly ports?: readonly CanonicalPort[];
  readonly depends_on?: Readonly<Record<string, CanonicalDependency>>;
  readonly secrets?: readonly CanonicalGrant[];
  readonly configs?: readonly CanonicalGrant[];
  readonly scale?: number;
  readonly deploy?: CanonicalDeploy;
  readonly develop?: { readonly watch?: readonly { readonly action: string; readonly target?: string }[] };
  readonly gpus?: readonly CanonicalRequest[];
  readonly models?: Readonly<Record<string, unknown>>;
  readonly profiles?: readonly string[];
  /** `no`, `always`, `unless-stopped`, `on-failure`, `on-failure:3`. */
  readonly restart?: string;
  readonly [key: string]: unknown;
};

export type CanonicalEnvFile = {
  /** Absolute. */
  readonly path: string;
  /** Absent for true. */
  readonly required?: boolean;
  readonly format?: 'raw';
};

export type CanonicalBuild = {
  /** Absolute path, or the address of a repository. */
  readonly context: string;
  readonly dockerfile?: string;
  readonly dockerfile_inline?: string;
  readonly secrets?: readonly CanonicalGrant[];
  readonly [key: string]: unknown;
};

export type CanonicalPort = {
  readonly mode: string;
  readonly host_ip?: string;
  readonly target: number;
  /** A port, or a range to choose from. */
  readonly published?: string;
  readonly protocol: string;
};

/** A secret or config that a service is given. */
export type CanonicalGrant = {
  readonly source: string;
  readonly target?: string;
  readonly uid?: string;
  readonly gid?: string;
  /** Octal: `0440`. */
  readonly mode?: string;
};

export type CanonicalRequest = {
  readonly driver?: string;
  readonly capabilities?: readonly string[];
  /** -1 for all. */
  readonly count?: number;
  readonly device_ids?: readonly string[];
};

export type CanonicalDeploy = {
  readonly mode?: string;
  readonly replicas?: number;
  readonly resources?: {
    readonly limits?: { readonly cpus?: number; readonly memory?: string; readonly pids?: number };
    readonly reservations?: { readonly memory?: string; readonly devices?: readonly CanonicalRequest[] };
  };
  /** Times as Go writes them: `1m30s`. */
  readonly restart_policy?: {
    readonly condition?: string;
    readonly delay?: string;
    readonly max_attempts?: number;
    readonly window?: string;
  };
  readonly [key: string]: unknown;
};

/** A secret or config of the top level. */
export type CanonicalMaterial = CanonicalResource & {
  /** Absolute path. */
  readonly file?: string;
  /** The name of a variable. */
  readonly environment?: string;
  /** Of a config. */
  readonly content?: string;
  readonly driver?: string;
  readonly template_driver?: string;
};

/** A volume, secret or config of the top level. */
export type CanonicalResource = {
  readonly name: string;
  readonly external?: boolean;
  readonly [key: string]: unknown;
};

export type CanonicalNamedVolume = CanonicalResource & {
  readonly driver?: string;
  readonly driver_opts?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
};

/** A mount of a service. */
export type CanonicalVolume = {
  readonly type: 'bind' | 'tmpfs' | 'volume' | 'image' | 'cluster' | 'npipe';
  readonly source?: string;
  readonly target: string;
  readonly read_only?: boolean;
  /** `create_host_path` is absent for true. */
  readonly bind?: {
    readonly create_host_path?: boolean;
    readonly propagation?: string;
    readonly recursive?: 'enabled' | 'disabled' | 'writable' | 'readonly';
    readonly selinux?: 'z' | 'Z';
  };
  readonly volume?: {
    readonly nocopy?: boolean;
    readonly subpath?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly tmpfs?: { readonly size?: string; readonly mode?: number };
  readonly image?: { readonly subpath?: string };
};

export type CanonicalDependency = {
  readonly condition: 'service_started' | 'service_healthy' | 'service_completed_successfully';
  readonly restart?: boolean;
  readonly required: boolean;
};

/** The networks of a service, by their key. */
export type CanonicalAttachment = {
  readonly aliases?: readonly string[];
  readonly ipv4_address?: string;
  readonly ipv6_address?: string;
  readonly mac_address?: string;
  readonly interface_name?: string;
  readonly driver_opts?: Readonly<Record<string, string>>;
  readonly priority?: number;
  readonly gw_priority?: number;
  readonly [key: string]: unknown;
};

export type CanonicalNetwork = {
  readonly name: string;
  readonly external?: boolean;
  readonly internal?: boolean;
  readonly enable_ipv4?: boolean;
  readonly enable_ipv6?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly driver_opts?: Readonly<Record<string, string>>;
  readonly ipam?: { readonly config?: readonly CanonicalBlock[] };
  readonly [key: string]: unknown;
};

export type CanonicalBlock = {
  readonly subnet?: string;
  readonly ip_range?: string;
  readonly gateway?: string;
  readonly aux_addresses?: Readonly<Record<string, string>>;
};
