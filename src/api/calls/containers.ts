import type { Reason } from '../../base/diagnostic.ts';
import type { HealthStatus } from '../../base/health.ts';
import type { Status } from '../../base/status.ts';
import { call, json, nothing } from '../call.ts';
import { count, flag, seconds, signal, word } from '../query.ts';

export const listContainers = call({
  method: 'GET',
  path: '/containers/json',
  query: { all: flag },
  reply: json<readonly ContainerSummary[]>(),
});

export const inspectContainer = call({
  method: 'GET',
  path: '/containers/{id}/json',
  reply: json<ContainerDetails>(),
});

export const startContainer = call({ method: 'POST', path: '/containers/{id}/start', reply: nothing() });

export const stopContainer = call({
  method: 'POST',
  path: '/containers/{id}/stop',
  /** The time that replaces `stop_grace_period`. */
  query: { t: seconds },
  reply: nothing(),
});

export const killContainer = call({
  method: 'POST',
  path: '/containers/{id}/kill',
  query: { signal },
  reply: nothing(),
});

export const pauseContainer = call({ method: 'POST', path: '/containers/{id}/pause', reply: nothing() });

export const unpauseContainer = call({ method: 'POST', path: '/containers/{id}/unpause', reply: nothing() });

/** Rows and columns of a window; ioctl_tty(2) has 16 bits for each. */
export const windowSize = { h: count(0xffff), w: count(0xffff) };

export const resizeContainer = call({
  method: 'POST',
  path: '/containers/{id}/resize',
  query: windowSize,
  reply: nothing(200),
});

export const waitContainer = call({
  method: 'POST',
  path: '/containers/{id}/wait',
  query: { condition: word('not-running', 'next-exit') },
  reply: json<ExitStatus>(),
});

/** The columns of `ps -ef`; `ps_args` of Docker has no effect. */
export const topContainer = call({
  method: 'GET',
  path: '/containers/{id}/top',
  reply: json<ProcessList>(),
});

export type ProcessList = {
  readonly Titles: readonly string[];
  readonly Processes: readonly (readonly string[])[];
};

export type ExitStatus = { readonly StatusCode: number };

export type HealthDetails = {
  readonly Status: HealthStatus;
  readonly FailingStreak: number;
  /** The last five results, oldest first. */
  readonly Log: readonly {
    readonly Start: string;
    readonly End: string;
    /** -1: the check could not be started, or took too long. */
    readonly ExitCode: number;
    readonly Output: string;
  }[];
};

/** One element of the list. */
export type ContainerSummary = {
  readonly Id: string;
  /** `<project>-<service>-<n>`. */
  readonly Name: string;
  readonly Project: string;
  readonly Service: string;
  readonly Number: number;
  readonly OneOff: boolean;
  readonly State: Status;
  /** For people: `Up 3 seconds`, `Exited (137) 2 minutes ago`. */
  readonly Status: string;
  readonly Command: string;
  /** Of a running container with a health check. */
  readonly Health?: HealthStatus;
  readonly HealthLog?: HealthDetails['Log'];
  /** Seconds since the epoch. */
  readonly Created: number;
  readonly ExitCode: number;
  readonly OOMKilled: boolean;
  /** The reason why its last restart failed. */
  readonly StartFailure?: Reason;
  /** The host's PID, 0 when not running. */
  readonly Pid: number;
  readonly Runner: string;
  readonly Labels: Readonly<Record<string, string>>;
  /** Network name → address. */
  readonly Networks: Readonly<Record<string, string>>;
  readonly Hostname: string;
  /** The root: `host`, or the directory. */
  readonly Image: string;
  readonly Mounts: readonly Mount[];
  /** Of a running container; a supervisor of an earlier version does not know them. */
  readonly Ports?: readonly PortSummary[];
  /** Missing where logs are kept. */
  readonly LogDriver?: 'none';
};

/** `IP` and `PublicPort` are those of the host, of a published port. */
export type PortSummary = {
  readonly IP?: string;
  readonly PrivatePort: number;
  readonly PublicPort?: number;
  readonly Type: 'tcp' | 'udp' | 'sctp';
};

/** A container on a network; what it does not have is empty or 0, as in Docker. */
export type Endpoint = {
  readonly Aliases: readonly string[];
  readonly MacAddress: string;
  readonly Gateway: string;
  readonly IPAddress: string;
  readonly IPPrefixLen: number;
  readonly IPv6Gateway: string;
  readonly GlobalIPv6Address: string;
  readonly GlobalIPv6PrefixLen: number;
};

/** By `80/tcp`. */
type PortMap<Bindings> = Readonly<Record<string, Bindings>>;

type PortBinding = { readonly HostIp: string; readonly HostPort: string };

export type Mount = {
  readonly Type: 'bind' | 'tmpfs' | 'volume' | 'image';
  /** Of a volume. */
  readonly Name?: string;
  /** Empty for a tmpfs and for a volume. */
  readonly Source: string;
  readonly Destination: string;
  readonly RW: boolean;
};

/** The supported part of `inspect`. Times have the format of RFC 3339. */
export type ContainerDetails = {
  readonly Id: string;
  /** With a leading slash. */
  readonly Name: string;
  readonly Created: string;
  /** Its ID, or what takes the place of an image. */
  readonly Image: string;
  readonly State: {
    readonly Status: Status;
    /** True for a paused container as well, and for one that waits for its restart. */
    readonly Running: boolean;
    readonly Paused: boolean;
    readonly Restarting: boolean;
    readonly Pid: number;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
    /** Of a container with a health check. */
    readonly Health?: HealthDetails;
    readonly StartedAt: string;
    readonly FinishedAt: string;
    /** The reason why its last restart failed. */
    readonly Error: string;
  };
  /** Restarts by its policy since its last start by hand. */
  readonly RestartCount: number;
  readonly Config: {
    readonly Hostname: string;
    /** As it is written. */
    readonly Image: string;
    readonly Labels: Readonly<Record<string, string>>;
    readonly Tty: boolean;
    readonly OpenStdin: boolean;
    readonly ExposedPorts: PortMap<Readonly<Record<string, never>>>;
  };
  readonly HostConfig: {
    /** `none`, `host`, `container:…`, or the name of the first network. */
    readonly NetworkMode: string;
    readonly PortBindings: PortMap<readonly PortBinding[]>;
    /** 0 for a number of restarts without a limit. */
    readonly RestartPolicy: { readonly Name: string; readonly MaximumRetryCount: number };
  };
  readonly NetworkSettings: {
    /** By the name on this machine. */
    readonly Networks: Readonly<Record<string, Endpoint>>;
    /** Null for a port that is exposed and not published. */
    readonly Ports: PortMap<readonly PortBinding[] | null>;
  };
};
