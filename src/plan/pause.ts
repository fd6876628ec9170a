import type { Diagnostic } from '../base/diagnostic.ts';
import { isPaused } from '../base/status.ts';
import { isActive, isRunning, type Observed, type ObservedContainer, refOf } from './observed.ts';
import { type Plan, planner } from './plan.ts';
import { isChosen, type Selection } from './selection.ts';

/** Pauses the running containers; an error if a named service is paused already, or all services are. */
export const planPause = (observed: Observed, selection: Selection = {}): Plan =>
  planFreezer(observed, selection, 'pause', ({ state }) => !isPaused(state));

/** Unpauses the paused containers; an error if a named service is not paused, or none is. */
export const planUnpause = (observed: Observed, selection: Selection = {}): Plan =>
  planFreezer(observed, selection, 'unpause', ({ state }) => isPaused(state));

const planFreezer = (
  { containers }: Observed,
  selection: Selection,
  verb: 'pause' | 'unpause',
  isReady: (container: ObservedContainer) => boolean,
): Plan => {
  const chosen = containers.filter(isChosen(selection)).filter(isPausable(verb));
  const ready = chosen.filter(isReady);
  const plan = planner();
  // Without names, a part of the containers may be in the wanted state already.
  const isRefused = selection.services?.length ? ready.length < chosen.length : ready.length === 0;
  if (isRefused) return plan.finish(chosen.filter((container) => !isReady(container)).map(REFUSALS[verb]));
  for (const container of ready) plan.add({ ...refOf(container), verb }, 'asked for');
  return plan.finish();
};

// As in Docker, to pause one that waits for its restart is an error.
const isPausable = (verb: 'pause' | 'unpause') => (verb === 'pause' ? isActive : isRunning);

const REFUSALS: Readonly<Record<'pause' | 'unpause', (container: ObservedContainer) => Diagnostic>> = {
  pause: ({ name, service }) => ({
    severity: 'error',
    code: 'paused',
    message: `container ${name} is already paused`,
    help: `continue it with \`tscompose unpause ${service}\``,
  }),
  unpause: ({ name }) => ({
    severity: 'error',
    code: 'not-paused',
    message: `container ${name} is not paused`,
  }),
};
