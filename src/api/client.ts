import type { Diagnostic } from '../base/diagnostic.ts';
import type { ChangeRequest, Verb } from './calls/change.ts';
import type { ContainerSummary, ProcessList } from './calls/containers.ts';
import type { ExecRequest } from './calls/exec.ts';
import type { RunRequest } from './calls/run.ts';
import type { UpRequest } from './calls/up.ts';
import type { Event } from './events.ts';

/** The control API of a project as functions, for the CLI. */
export type Client = {
  /** Resolves with the exit status of the call's last event. Abort the signal to cancel the call: status 130. */
  readonly up: (request: UpRequest, onEvent: OnEvent, signal?: AbortSignal) => Promise<number>;
  readonly change: (
    verb: Verb,
    request: ChangeRequest,
    onEvent: OnEvent,
    signal?: AbortSignal,
  ) => Promise<number>;
  /** Resolves when no call that changes the project is running: containers that have exited by then stay so. */
  readonly settled: () => Promise<void>;
  readonly containers: (all: boolean) => Promise<readonly ContainerSummary[]>;
  /** Resolves with the exit code when the container does not run any more. */
  readonly wait: (container: string) => Promise<number>;
  /** Freezes the processes of a container. */
  readonly pause: (container: string) => Promise<void>;
  readonly unpause: (container: string) => Promise<void>;
  readonly top: (container: string) => Promise<ProcessList>;
  /** Resolves when the log has been read; with `follow`, when the container has exited. */
  readonly logs: (
    container: string,
    options: {
      readonly follow: boolean;
      readonly tail?: number;
      readonly timestamps: boolean;
      /** Milliseconds since the epoch; older lines are left out. */
      readonly since?: number;
      /** A position that `onMark` was told; `tail` has no effect then. */
      readonly after?: string;
      /** Also output that is not kept. */
      readonly attached?: boolean;
    },
    onChunk: OnChunk,
    /** Told now and then where the log is after the chunks so far. */
    onMark?: (mark: string) => void,
  ) => Promise<void>;
  /** Events of the whole project until `close`. */
  readonly events: (onEvent: OnEvent) => Promise<{ readonly close: () => void }>;
  /** With `detach`, the session is over at once. */
  readonly exec: (
    container: string,
    request: ExecRequest,
    options: { readonly detach: boolean },
  ) => Promise<Session>;
  /**
   * Creates the one-off container after its dependencies, attaches to it and starts it. Rejects with `Ended` if it is not
   * started, as in a dry run.
   */
  readonly run: (request: RunRequest, onEvent: OnEvent, signal?: AbortSignal) => Promise<Session>;
};

export type OnEvent = (event: Event) => void;

/** A returned promise pauses the stream until it resolves. */
export type OnChunk = (stream: 'stdout' | 'stderr', chunk: Buffer) => Promise<void> | undefined | void;

/** A process inside a container: its streams, its window, its exit status. */
export type Session = {
  /** The container's or the exec's id. */
  readonly id: string;
  readonly stdin: NodeJS.WritableStream;
  readonly onOutput: (listener: (stream: 'stdout' | 'stderr', chunk: Buffer) => void) => void;
  readonly resize: (columns: number, rows: number) => Promise<void>;
  readonly kill: (signal: string) => Promise<void>;
  /** Resolves with the exit status once the process has exited and all output is delivered. */
  readonly wait: () => Promise<number>;
};

/** A project as a command line names it. */
export type NamedProject = {
  readonly name: string;
  /** The directory of the files, absolute. */
  readonly workingDir: string;
  /** The user gave the name, so a project of the same name in another directory is meant. */
  readonly nameIsExplicit: boolean;
};

/**
 * Connects to the supervisor of a project. With `start` it is started if none runs; without it,
 * the result is undefined if there is neither a supervisor nor a state. Rejects with a Problem if the project belongs to
 * another directory.
 */
export type Connect = (
  project: NamedProject,
  options: {
    readonly start: boolean;
    /** Messages of the supervisor since the last command. */
    readonly onNotices: (notices: readonly Diagnostic[]) => void;
  },
) => Promise<Client | undefined>;
