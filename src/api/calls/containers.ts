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
  /** Seconds since the epoch. */
  readonly Created: number;
  readonly ExitCode: number;
  readonly OOMKilled: boolean;
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
};

export type Mount = {
  readonly Type: 'bind' | 'tmpfs' | 'volume';
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
  readonly State: {
    readonly Status: Status;
    /** True for a paused container as well. */
    readonly Running: boolean;
    readonly Paused: boolean;
    readonly Pid: number;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
    readonly StartedAt: string;
    readonly FinishedAt: string;
  };
  readonly Config: {
    readonly Hostname: string;
    readonly Labels: Readonly<Record<string, string>>;
    readonly Tty: boolean;
    readonly OpenStdin: boolean;
  };
};
