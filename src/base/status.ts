import { type Health, healthText } from './health.ts';
import { roughly } from './text/rough-time.ts';

/** The status of a container, named as in Docker. */
export type Status = keyof typeof STATUSES;

/** The state of a container, with the data of its last start and exit. Times are milliseconds since the epoch. */
export type Course = {
  readonly state: Status;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** 0 until the first exit. */
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** Of a container with a health check, since its last start. */
  readonly health?: Health;
};

type Meaning = {
  readonly hasProcess: boolean;
  /** Not over without an action of the user: it runs, or is about to. */
  readonly isActive: boolean;
  /** The text in the STATUS column of `ps`. */
  readonly text: (course: Course, now: number) => string;
  /** The predicate of a sentence about the container. */
  readonly predicate: string;
};

const STATUSES = {
  created: {
    hasProcess: false,
    isActive: false,
    text: () => 'Created',
    predicate: 'was never started',
  },
  running: {
    hasProcess: true,
    isActive: true,
    text: ({ startedAt = 0, health }, now) =>
      `Up ${roughly(now - startedAt)}${health ? ` (${healthText(health)})` : ''}`,
    predicate: 'is running',
  },
  paused: {
    hasProcess: true,
    isActive: true,
    text: ({ startedAt = 0 }, now) => `Up ${roughly(now - startedAt)} (Paused)`,
    predicate: 'is paused',
  },
  restarting: {
    hasProcess: false,
    isActive: true,
    text: ({ exitCode, finishedAt = 0 }, now) => `Restarting (${exitCode}) ${roughly(now - finishedAt)} ago`,
    predicate: 'waits for its restart',
  },
  exited: {
    hasProcess: false,
    isActive: false,
    text: ({ exitCode, finishedAt = 0 }, now) => `Exited (${exitCode}) ${roughly(now - finishedAt)} ago`,
    predicate: 'is stopped',
  },
} as const satisfies Readonly<Record<string, Meaning>>;

export const statusNames = Object.keys(STATUSES) as readonly Status[];

export const hasProcess = (status: Status): boolean => STATUSES[status].hasProcess;

/** Whether a container runs, or is about to: commands that list or stop running containers include it, as in Docker. */
export const isActive = (status: Status): boolean => STATUSES[status].isActive;

/** Whether a container has run and runs no more. */
export const isOver = (status: Status): boolean => !isActive(status) && !wasNeverStarted(status);

export const isPaused = (status: Status): boolean => status === 'paused';

export const isRestarting = (status: Status): boolean => status === 'restarting';

export const wasNeverStarted = (status: Status): boolean => status === 'created';

/** The current status of a container whose exit may not be recorded yet. */
export const statusNow = (recorded: Status, isThere: boolean): Status => {
  if (isThere) return hasProcess(recorded) ? recorded : 'running';
  return hasProcess(recorded) ? 'exited' : recorded;
};

/** `Up 3 seconds`, `Exited (137) 2 minutes ago`. */
export const statusText = (course: Course, now: number): string =>
  (STATUSES[course.state] as Meaning).text(course, now);

/** The reason to start a container with this status. */
export const startCause = (status: Status): string => `container ${STATUSES[status].predicate}`;

/** The state of a new container. */
export const created = (): Course => ({ state: 'created', exitCode: 0, oomKilled: false });

/** The state after the start of its process. */
export const started = (time: number): Course => ({
  state: 'running',
  startedAt: time,
  exitCode: 0,
  oomKilled: false,
});

/** The state of a running container after its processes were frozen or thawed. */
export const paused = (isFrozen: boolean): Pick<Course, 'state'> => ({
  state: isFrozen ? 'paused' : 'running',
});

/** The state after the exit of its process; `restarts` if it is about to be started again. */
export const exited = (
  { exitCode, oomKilled }: Pick<Course, 'exitCode' | 'oomKilled'>,
  time: number,
  restarts = false,
): Course => ({ state: restarts ? 'restarting' : 'exited', finishedAt: time, exitCode, oomKilled });
