import type { Health, HealthStatus } from '../base/health.ts';
import { isOver, isRestarting, type Status, wasNeverStarted } from '../base/status.ts';
import type { Dependency } from '../project/model/project.ts';

/**
 * The states that a caller waits for. `running`: the container runs, and is healthy if it has a health check; or it has
 * exited with 0 for good.
 */
export type Condition = 'healthy' | 'completed' | 'running';

/** The state of a container, as far as a condition needs it. */
export type Conditioned = {
  readonly state: Status;
  readonly exitCode?: number;
  /** Undefined without a health check. */
  readonly health?: Pick<Health, 'status'> | undefined;
};

/** `lost`: the container cannot satisfy the condition any more, unless another command starts it again. */
export type Standing = 'satisfied' | 'pending' | 'lost';

/** How a container stands to a condition. */
export const standing = (condition: Condition, { state, exitCode, health }: Conditioned): Standing => {
  if (wasNeverStarted(state) || isRestarting(state)) return 'pending';
  if (isOver(state)) return exitCode === 0 && condition !== 'healthy' ? 'satisfied' : 'lost';
  if (condition === 'completed') return 'pending';
  if (!health) return condition === 'running' ? 'satisfied' : 'lost';
  return HEALTH[health.status];
};

const HEALTH: Readonly<Record<HealthStatus, Standing>> = {
  starting: 'pending',
  healthy: 'satisfied',
  unhealthy: 'lost',
};

/** The condition of an edge; undefined if it is satisfied by a start. */
export const conditionOf = ({ condition }: Dependency): Condition | undefined => CONDITIONS[condition];

const CONDITIONS: Readonly<Record<Dependency['condition'], Condition | undefined>> = {
  service_started: undefined,
  service_healthy: 'healthy',
  service_completed_successfully: 'completed',
};
