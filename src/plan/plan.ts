import type { Diagnostic } from '../base/diagnostic.ts';
import type { Condition } from './conditions.ts';

/**
 * The plan as data: each operation with its cause and the operations that it waits for.
 * The executor makes no decisions.
 */
export type Plan = {
  /** Every operation stands behind those that it depends on. */
  readonly operations: readonly Operation[];
  readonly unchanged: readonly Unchanged[];
  readonly diagnostics: readonly Diagnostic[];
};

/** A container that is already as the command would leave it. */
export type Unchanged = {
  /** `app-web-1`, or what `container_name` says. */
  readonly container: string;
  readonly state: 'running' | 'stopped' | 'completed';
};

export type Operation = Action & {
  /** Counted from 1. */
  readonly id: number;
  /** Operations that must be done before. */
  readonly dependsOn: readonly number[];
  /** Why, in one line. */
  readonly because: string;
};

export type Action = NetworkAction | VolumeAction | ContainerAction;

export type NetworkAction = {
  readonly kind: 'network';
  /** On this machine: `app_default`. */
  readonly name: string;
  /** In the file: `default`. */
  readonly key: string;
} & (
  | { readonly verb: 'create' | 'recreate' /** To be recorded. */; readonly hash: string }
  | { readonly verb: 'remove' }
);

export type VolumeAction = {
  readonly kind: 'volume';
  /** On this machine: `app_data`. */
  readonly name: string;
  readonly verb: 'create' | 'remove';
};

export type ContainerAction = ContainerRef & {
  /** The container whose recreation this is a part of: `app-web-1`. */
  readonly recreates?: string;
} /** `replaces`: the container to be replaced; its name may differ from the successor's. */ & (
    | { readonly verb: 'create'; readonly hash: string; readonly replaces?: string }
    /** The container takes the name `to`, and the replaced container takes its temporary name. */
    | { readonly verb: 'rename'; readonly to: string }
    /** `revives`: the container is started again when the plan fails. `boot`: it may be started again at boot. */
    | { readonly verb: 'stop'; readonly revives?: boolean; readonly boot?: boolean }
    /**
     * `isLast`: no later operation can fail and need the container again. `volumes`: its anonymous volumes are removed
     * with it.
     */
    | { readonly verb: 'remove'; readonly isLast?: boolean; readonly volumes?: boolean }
    /** `boot`: a start that fails is left to the restart policy, and keeps no other container from its start. */
    | { readonly verb: 'start'; readonly boot?: boolean }
    | { readonly verb: 'restart' | 'pause' | 'unpause' }
    /** `optional`: those that need it go on without it. */
    | { readonly verb: 'wait'; readonly condition: Condition; readonly optional?: boolean }
    /** The container runs on; `network` is a key. */
    | { readonly verb: 'connect' | 'disconnect'; readonly network: string }
    /** A name such as `SIGKILL`. */
    | { readonly verb: 'kill'; readonly signal: string }
  );

export type ContainerRef = {
  readonly kind: 'container';
  /** For people: `web-1`; a one-off container, and one with a temporary name, has its full name. */
  readonly name: string;
  /** `app-web-1`, or what `container_name` says. */
  readonly container: string;
  readonly service: string;
  readonly number: number;
};

/** Collects operations. One can only wait for those that are there already, so a plan never runs in a circle. */
export const planner = () => {
  const operations: Operation[] = [];
  const unchanged: Unchanged[] = [];
  return {
    /** Returns the operation's id. */
    add: (action: Action, because: string, dependsOn: Iterable<number> = []): number => {
      const id = operations.length + 1;
      operations.push({ ...action, id, because, dependsOn: [...new Set(dependsOn)].sort((a, b) => a - b) });
      return id;
    },
    keep: ({ container }: ContainerRef, state: Unchanged['state']): void => {
      unchanged.push({ container, state });
    },
    /** The operations so far that no other waits for. */
    ends: (): readonly number[] => {
      const awaited = new Set(operations.flatMap(({ dependsOn }) => dependsOn));
      return operations.filter(({ id }) => !awaited.has(id)).map(({ id }) => id);
    },
    finish: (diagnostics: readonly Diagnostic[] = []): Plan => ({ operations, unchanged, diagnostics }),
  };
};

export type Planner = ReturnType<typeof planner>;

/** One operation a line: `[1,2] -> #3 web-1, start, container is stopped`. */
export const planText = ({ operations }: Plan): string => operations.map(operationText).join('\n');

const operationText = (operation: Operation): string => {
  const { id, dependsOn, kind, name, because } = operation;
  return `[${dependsOn}] -> #${id} ${kind === 'container' ? '' : `${kind} `}${name}, ${deed(operation)}, ${because}`;
};

const deed = (operation: Operation): string => {
  switch (operation.verb) {
    case 'rename':
      return `rename to ${operation.to}`;
    case 'connect':
      return `connect to ${operation.network}`;
    case 'disconnect':
      return `disconnect from ${operation.network}`;
    case 'wait':
      return `wait until ${operation.condition}${operation.optional ? ', if possible' : ''}`;
    default:
      return operation.verb;
  }
};
