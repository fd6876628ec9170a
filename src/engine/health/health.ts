import type { Health } from '../../base/health.ts';
import { monotonic } from '../../base/node/monotonic.ts';
import { isPaused } from '../../base/status.ts';
import { killChecks } from '../cgroups/check-cgroup.ts';
import type { Context } from '../context/context.ts';
import { cgroupOf } from '../context/identifiers.ts';
import { STARTING } from './judge.ts';
import { openProbe } from './probe.ts';
import { startProber } from './prober.ts';

/** Begins the health checks of a container that has just started, if it has any. */
export const beginHealth = (context: Context, name: string): void => begin(context, name, STARTING, 0);

/**
 * Continues the health checks of a container of an earlier supervisor, and kills the check that it may have left. `age`:
 * milliseconds since the start of the container.
 */
export const resumeHealth = (context: Context, name: string, age: number): void => {
  const container = context.record.containers[name]!;
  killChecks(context.host.cgroups, cgroupOf(context.record.name, container));
  begin(context, name, container.health ?? STARTING, age);
  if (isPaused(container.state)) pauseHealth(context, name, true);
};

/** No checks are made while the processes of a container are frozen. */
export const pauseHealth = ({ health }: Pick<Context, 'health'>, name: string, isFrozen: boolean): void => {
  const prober = health.get(name);
  if (isFrozen) prober?.pause();
  else prober?.resume();
};

/** Ends the checks of a container that has ended; resolves when nothing of them is left. */
export const endHealth = async ({ health }: Pick<Context, 'health'>, name: string): Promise<void> => {
  const prober = health.get(name);
  health.delete(name);
  await prober?.end();
};

const begin = (context: Context, name: string, health: Health, age: number): void => {
  const container = context.record.containers[name]!;
  const check = container.definition.healthcheck;
  if (!check) return;
  note(context, name, health);
  const origin = monotonic() - age;
  const probe = openProbe(context, check);
  const prober = startProber({
    check,
    health,
    age: () => monotonic() - origin,
    probe: (signal) => probe(context.record.containers[name] ?? container, signal),
    note: (current) => tell(context, name, current),
  });
  context.health.set(name, prober);
};

/** Only a change of the status is worth a write of the record; the results go to disk with the next one. */
const tell = (context: Context, name: string, health: Health): void => {
  const before = context.record.containers[name];
  if (!before) return;
  note(context, name, health);
  if (before.health?.status === health.status) return;
  context.saveSoon();
  const { service, number } = before;
  context.emit({
    type: 'container.health',
    container: name,
    service,
    number,
    health: health.status,
    time: Date.now(),
  });
};

const note = ({ record }: Context, name: string, health: Health): void => {
  record.containers[name] = { ...record.containers[name]!, health };
};
