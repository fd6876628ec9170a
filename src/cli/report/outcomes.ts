import type { PlannedOperation } from '../../api/events.ts';

type Verb = PlannedOperation['verb'];

/** Every operation in its tenses: `starting`, and `started` when it is over. */
const tenses: { readonly [V in Verb]: readonly [present: string, past: string] } = {
  create: ['creating', 'created'],
  start: ['starting', 'started'],
  recreate: ['recreating', 'recreated'],
  stop: ['stopping', 'stopped'],
  remove: ['removing', 'removed'],
  kill: ['killing', 'killed'],
  restart: ['restarting', 'restarted'],
};

export function presentTense({ verb }: PlannedOperation): string {
  return tenses[verb][0];
}

export function pastTense({ verb }: PlannedOperation): string {
  return tenses[verb][1];
}

/** `web-1`, `network app_default`. */
export function resourceOf({ kind, name }: PlannedOperation): string {
  return kind === 'container' ? name : `${kind} ${name}`;
}

/** `web-1 running: PID 1 inside, 12345 outside`, `network app_default created`. */
export function outcome(operation: PlannedOperation, detail: string | undefined): string {
  const isRunning = detail?.startsWith('PID ');
  const result = isRunning ? 'running' : pastTense(operation);
  return `${resourceOf(operation)} ${result}${detail ? `: ${detail}` : ''}`;
}

export function failure(operation: PlannedOperation): string {
  return `${resourceOf(operation)} failed to ${operation.verb}`;
}

/** `web-1 undone`, `web-1 undone; the one before was started again`. */
export function undoing(operation: PlannedOperation, detail: string | undefined): string {
  return `${resourceOf(operation)} undone${detail ? `; ${detail}` : ''}`;
}

/** `web-1 exited with code 137 (out of memory)`. */
export function exitText(
  name: string,
  exit: { readonly exitCode: number; readonly oomKilled: boolean },
): string {
  return `${name} exited with code ${exit.exitCode}${exit.oomKilled ? ' (out of memory)' : ''}`;
}
