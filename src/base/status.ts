import { roughly } from './rough-time.ts';

/** How far a container has come, in Docker's words. */
export type Status = keyof typeof STATUSES;

/** A container's way from its making to its end. Times are milliseconds since the epoch. */
export type Course = {
  readonly state: Status;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** 0 until the first end. */
  readonly exitCode: number;
  readonly oomKilled: boolean;
};

type Meaning = {
  readonly hasProcess: boolean;
  /** For the column of `ps`. */
  readonly text: (course: Course, now: number) => string;
  /** What a sentence says of the container. */
  readonly predicate: string;
};

const STATUSES = {
  created: {
    hasProcess: false,
    text: () => 'Created',
    predicate: 'was never started',
  },
  running: {
    hasProcess: true,
    text: ({ startedAt = 0 }, now) => `Up ${roughly(now - startedAt)}`,
    predicate: 'is running',
  },
  exited: {
    hasProcess: false,
    text: ({ exitCode, finishedAt = 0 }, now) => `Exited (${exitCode}) ${roughly(now - finishedAt)} ago`,
    predicate: 'is stopped',
  },
} as const satisfies Readonly<Record<string, Meaning>>;

export const statusNames = Object.keys(STATUSES) as readonly Status[];

export const hasProcess = (status: Status): boolean => STATUSES[status].hasProcess;

export const wasNeverStarted = (status: Status): boolean => status === 'created';

/** The status of a container whose end may not be recorded yet. */
export const statusNow = (recorded: Status, isThere: boolean): Status => {
  if (isThere) return 'running';
  return hasProcess(recorded) ? 'exited' : recorded;
};

/** `Up 3 seconds`, `Exited (137) 2 minutes ago`. */
export const statusText = (course: Course, now: number): string =>
  (STATUSES[course.state] as Meaning).text(course, now);

/** Why a container with this status is started. */
export const startCause = (status: Status): string => `container ${STATUSES[status].predicate}`;

/** A container that has been made. */
export const created = (): Course => ({ state: 'created', exitCode: 0, oomKilled: false });

/** What changes when its process has started. */
export const started = (time: number): Course => ({
  state: 'running',
  startedAt: time,
  exitCode: 0,
  oomKilled: false,
});

/** What changes when its process has ended. */
export const exited = (
  { exitCode, oomKilled }: Pick<Course, 'exitCode' | 'oomKilled'>,
  time: number,
): Course => ({ state: 'exited', finishedAt: time, exitCode, oomKilled });
