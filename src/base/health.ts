/** The health of a container, as its health check finds it. */
export type Health = {
  readonly status: HealthStatus;
  /** Failures since the last success that count. */
  readonly failingStreak: number;
  /** The last results, oldest first; at most five. */
  readonly log: readonly HealthResult[];
};

export type HealthStatus = 'starting' | 'healthy' | 'unhealthy';

/** Times are milliseconds since the epoch. */
export type HealthResult = {
  readonly start: number;
  readonly end: number;
  /** 0 is a success; -1: the check could not be started, or took too long. */
  readonly exitCode: number;
  readonly output: string;
};

export const healthStatuses = ['starting', 'healthy', 'unhealthy'] as const satisfies readonly HealthStatus[];

/** The text in the STATUS column of `ps`. */
export const healthText = ({ status }: Health): string =>
  status === 'starting' ? 'health: starting' : status;
