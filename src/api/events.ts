import type { Diagnostic } from '../base/diagnostic.ts';
import type { HealthStatus } from '../base/health.ts';

/** The exit status of a cancelled call: that of a command which SIGINT has ended. */
export const CANCELLED = 130;

/** Time of an event: CLOCK_MONOTONIC of clock_gettime(2), in nanoseconds. */
export type At = { readonly at: number };

/** Every event, as data. The engine emits events; only reporters print. */
export type Event =
  /** The operations of the call, in the order of the plan; first event of every project call. */
  | {
      readonly type: 'plan';
      readonly operations: readonly PlannedOperation[];
      /** Containers that are already as the call would leave them. */
      readonly unchanged: readonly Unchanged[];
    }
  | (At & { readonly type: 'operation.started'; readonly id: number })
  /** `detail` is a short result, such as `PID 1 inside, 12345 outside`. */
  | (At & {
      readonly type: 'operation.done';
      readonly id: number;
      readonly ms: number;
      readonly detail?: string;
    })
  | (At & {
      readonly type: 'operation.failed';
      readonly id: number;
      readonly ms: number;
    })
  | { readonly type: 'operation.skipped'; readonly id: number; readonly because: string }
  /** After a failure: all changes of this call to the operation's resource are undone. `detail`: the state now. */
  | { readonly type: 'undone'; readonly id: number; readonly detail?: string }
  | { readonly type: 'undo.failed'; readonly id: number }
  /** A one-off container could not be started and is removed. */
  | { readonly type: 'container.failed'; readonly container: string }
  /** A one-off container exists and waits to be started. */
  | { readonly type: 'container.created'; readonly container: string; readonly id: string }
  | (Partial<At> & {
      readonly type: 'container.started';
      readonly container: string;
      readonly service: string;
      readonly number: number;
      readonly pid: number;
      /** Milliseconds since the epoch. */
      readonly time: number;
    })
  | {
      readonly type: 'container.exited';
      readonly container: string;
      readonly service: string;
      readonly number: number;
      /** Made by `run`. */
      readonly oneOff: boolean;
      readonly exitCode: number;
      readonly oomKilled: boolean;
      readonly time: number;
      /** Its restart policy starts it again: this is no end for those who wait for one. */
      readonly restarts?: true;
    }
  /** It waits for its start by its restart policy, after an exit or a start that failed; `delay` in milliseconds. */
  | {
      readonly type: 'container.restarting';
      readonly container: string;
      readonly service: string;
      readonly number: number;
      readonly exitCode: number;
      readonly delay: number;
      readonly time: number;
    }
  /** The health of the container has changed. */
  | {
      readonly type: 'container.health';
      readonly container: string;
      readonly service: string;
      readonly number: number;
      readonly health: HealthStatus;
      readonly time: number;
    }
  /** All processes of the container are frozen. */
  | { readonly type: 'container.paused'; readonly container: string }
  /** They continue: by `unpause`, or because a signal was sent to them. */
  | { readonly type: 'container.unpaused'; readonly container: string }
  /** The container is removed, whether it ever ran or not. */
  | { readonly type: 'container.removed'; readonly container: string }
  | { readonly type: 'diagnostic'; readonly diagnostic: Diagnostic }
  /** Last event of every project call. `last`: the supervisor ends with this answer. */
  | { readonly type: 'end'; readonly exitCode: number; readonly last: boolean };

export type PlannedOperation = {
  readonly id: number;
  readonly kind: 'network' | 'volume' | 'container';
  /** On this machine: `app-web-1`, `app_default`, `app_data`. */
  readonly name: string;
  /** In the infinitive. */
  readonly verb:
    | 'create'
    | 'start'
    | 'recreate'
    | 'rename'
    | 'stop'
    | 'remove'
    | 'kill'
    | 'restart'
    | 'pause'
    | 'unpause'
    | 'connect'
    | 'disconnect'
    | 'wait';
  /** Of `wait`. */
  readonly condition?: 'healthy' | 'completed' | 'running';
  /** The container whose recreation this operation belongs to: `app-web-1`. */
  readonly recreates?: string;
  /** The reconciler's reason for the operation. */
  readonly because: string;
};

export type Unchanged = { readonly container: string; readonly state: 'running' | 'stopped' | 'completed' };
