import type { ConsoleSize } from '../base/console-size.ts';
import type { Status } from '../base/status.ts';
import type { Project } from '../project/model/project.ts';

/**
 * The control API: HTTP over the project's unix socket. Where the Docker Engine API has a call its path,
 * JSON and stream framing are used; the calls under `/project` are ours and answer with Events, one JSON a line.
 */

/** How the first process of a container is started. */
export type RunnerChoice = 'direct' | 'reexec';

/** Body of `POST /project/up`. */
export type UpRequest = {
  readonly project: Project;
  /** The user gave the name, so a project of the same name in another directory is meant. */
  readonly nameIsExplicit?: boolean;
  /** Only these services and what they depend on; empty for all. */
  readonly services: readonly string[];
  readonly strict: boolean;
  readonly noDeps?: boolean;
  readonly forceRecreate?: boolean;
  readonly noRecreate?: boolean;
  readonly removeOrphans?: boolean;
  /** Say nothing of containers that no service has. */
  readonly ignoreOrphans?: boolean;
  /** Make containers, do not start them. */
  readonly noStart?: boolean;
  /** Milliseconds that replace every `stop_grace_period`. */
  readonly timeout?: number;
  readonly runner?: RunnerChoice;
};

/** Body of `POST /project/{down,stop,start,restart,kill}`. */
export type ProjectRequest = {
  readonly services: readonly string[];
  /** Milliseconds that replace every `stop_grace_period`. */
  readonly timeout?: number;
  readonly removeOrphans?: boolean;
  /** `kill -s`. */
  readonly signal?: string;
};

/** Body of `POST /project/run`: makes a one-off container; `POST /containers/{Id}/attach` then starts it. */
export type RunRequest = {
  readonly project: Project;
  /** As in `UpRequest`. */
  readonly nameIsExplicit?: boolean;
  readonly service: string;
  readonly strict: boolean;
  /** Replaces `command`; empty keeps it. */
  readonly command: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly workingDir?: string;
  readonly name?: string;
  readonly tty: boolean;
  readonly consoleSize?: ConsoleSize;
  readonly interactive: boolean;
  readonly detach: boolean;
  readonly remove: boolean;
  readonly noDeps: boolean;
  readonly runner?: RunnerChoice;
};

/** Body of `POST /containers/{id}/exec`, as in the Docker Engine API. */
export type ExecRequest = {
  readonly Cmd: readonly string[];
  readonly Env: readonly string[];
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly Tty: boolean;
  readonly ConsoleSize?: ConsoleSize;
  readonly Privileged: boolean;
  readonly AttachStdin: boolean;
  readonly Detach: boolean;
  readonly Runner?: RunnerChoice;
};

/** One element of `GET /containers/json`. */
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
};
