import { type DiagnosticCode, Problem } from '../../base/diagnostic.ts';
import { isPaused, paused } from '../../base/status.ts';
import { type Freezer, freezeCompletely, freezerOf } from '../cgroups/freezer.ts';
import type { Context } from '../context/context.ts';
import { cgroupOf } from '../context/identifiers.ts';
import { pauseHealth } from '../health/health.ts';
import { refuseRestarting } from '../restart/refuse-restarting.ts';

/**
 * Freezes all processes of a running container. Throws a Problem if it does not run, is paused already, or cannot be
 * frozen; its processes continue then.
 */
export const pauseContainer = async (context: Context, name: string): Promise<void> => {
  if (!context.running.has(name)) refuseRestarting(context, name);
  if (!context.running.has(name)) throw refusal('not-running', `container ${name} is not running`);
  if (isPausedNow(context, name)) throw refusal('paused', `container ${name} is already paused`);
  const freezer = freezerFor(context, name);
  if (!freezer)
    throw refusal(
      'no-controller',
      `container ${name} cannot be paused: this machine has no freezer that tscompose may use`,
    );
  // From here on a signal thaws the container again, also while the freeze is not complete.
  note(context, name, true);
  if (!(await freezeCompletely(freezer, () => isPausedNow(context, name)))) {
    const isInTheWay = isPausedNow(context, name);
    note(context, name, false);
    const reason = isInTheWay ? 'a process waits inside the kernel' : 'it was stopped or unpaused meanwhile';
    throw refusal('not-paused', `container ${name} could not be paused: ${reason}`);
  }
  context.emit({ type: 'container.paused', container: name });
};

/** Thaws the processes of a paused container. Throws a Problem if it is not paused. */
export const unpauseContainer = (context: Context, name: string): void => {
  if (!thawIfPaused(context, name)) throw refusal('not-paused', `container ${name} is not paused`);
};

/** A frozen process receives no signal but SIGKILL, and on version 1 of cgroups not even that. */
export const thawIfPaused = (context: Context, name: string): boolean => {
  if (!isPausedNow(context, name)) return false;
  note(context, name, false);
  thaw(context, name);
  context.emit({ type: 'container.unpaused', container: name });
  return true;
};

/** Whether the freeze of a container was requested, by this supervisor or an earlier one. */
export const isFrozen = (context: Context, name: string): boolean =>
  freezerFor(context, name)?.isRequested() ?? false;

export const thaw = (context: Context, name: string): void => freezerFor(context, name)?.thaw();

const isPausedNow = ({ record }: Context, name: string): boolean => {
  const container = record.containers[name];
  return container !== undefined && isPaused(container.state);
};

const freezerFor = ({ record, host }: Context, name: string): Freezer | undefined =>
  freezerOf(host.cgroups, cgroupOf(record.name, record.containers[name]!));

const note = (context: Context, name: string, isFrozen: boolean): void => {
  const container = context.record.containers[name];
  // Its end may be recorded meanwhile.
  if (!container || !context.running.has(name)) return;
  context.record.containers[name] = { ...container, ...paused(isFrozen) };
  pauseHealth(context, name, isFrozen);
  context.saveSoon();
};

const refusal = (code: DiagnosticCode, message: string): Problem =>
  new Problem({ severity: 'error', code, message });
