import type { Event } from '../../api/events.ts';

type Options = {
  readonly abortOnContainerExit?: boolean | undefined;
  readonly abortOnContainerFailure?: boolean | undefined;
  readonly exitCodeFrom?: string | undefined;
};

/**
 * The exits that end a foreground `up`, and its exit status. The order in which the supervisor tells of exits decides,
 * also of two in the same millisecond. As in Docker Compose, an exit counts also if the container is to be restarted.
 */
export type ExitRule = {
  /**
   * Whether this event is the one that ends `up`. The plan of `up` and the events of the project arrive over connections of
   * their own: exits that are told before the plan are judged with it.
   */
  readonly ends: (event: Event) => boolean;
  /** Undefined if no exit that matters was seen. */
  readonly status: () => number | undefined;
};

export function exitRule(
  { abortOnContainerExit, abortOnContainerFailure, exitCodeFrom }: Options,
  isAwaited: (service: string) => boolean,
): ExitRule {
  let first: number | undefined;
  let chosen: number | undefined;
  const aborts = (exitCode: number): boolean =>
    abortOnContainerFailure ? exitCode !== 0 : abortOnContainerExit === true || exitCodeFrom !== undefined;
  const early: Event[] = [];
  /** The containers that `up` itself stops, until they have started again. */
  let stopped: Set<string> | undefined;
  const isEnd = (event: Event): boolean => {
    if (event.type === 'container.started') stopped?.delete(event.container);
    if (event.type !== 'container.exited' || event.oneOff || stopped?.has(event.container)) return false;
    const { service, exitCode } = event;
    if (service === exitCodeFrom) chosen ??= first === undefined ? exitCode : exitCode || STOPPED;
    if (!isAwaited(service) || first !== undefined || !aborts(exitCode)) return false;
    first = exitCode;
    return true;
  };
  return {
    ends: (event) => {
      if (event.type === 'plan') {
        const stops = event.operations.filter(({ kind, verb }) => kind === 'container' && verb === 'stop');
        stopped = new Set(stops.map(({ name }) => name));
        return early.splice(0).filter(isEnd).length > 0;
      }
      if (stopped) return isEnd(event);
      early.push(event);
      return false;
    },
    status: () => (exitCodeFrom === undefined ? first : chosen),
  };
}

/** A service that was stopped because of another one has not succeeded: the status of SIGTERM. */
const STOPPED = 143;
