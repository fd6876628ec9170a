import type { PlannedOperation } from '../../api/events.ts';

type Verb = PlannedOperation['verb'];

/** The two tenses of every operation: `starting`, and `started` at its end. */
const tenses: { readonly [V in Verb]: readonly [present: string, past: string] } = {
  create: ['creating', 'created'],
  start: ['starting', 'started'],
  recreate: ['recreating', 'recreated'],
  rename: ['renaming', 'renamed'],
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

/** `web-1`, `network app_default`; for all operations of a recreate, the final name of the container. */
export function resourceOf({ kind, name, recreates = name }: PlannedOperation): string {
  return kind === 'container' ? recreates : `${kind} ${name}`;
}

/** `web-1 starting`; undefined for the removal of a replaced container. */
export function beginning(operation: PlannedOperation): string | undefined {
  const { verb, recreates } = operation;
  // The successor runs already.
  if (recreates && verb === 'remove') return undefined;
  return `${resourceOf(operation)} ${recreates ? tenses.recreate[0] : presentTense(operation)}`;
}

/** `web-1 running: PID 1 inside, 12345 outside`, `network app_default created`; undefined within a recreate. */
export function outcome(operation: PlannedOperation, detail: string | undefined): string | undefined {
  const { verb, recreates } = operation;
  if (recreates) return verb === 'rename' ? `${recreates} ${tenses.recreate[1]}` : undefined;
  const isRunning = detail?.startsWith('PID ');
  const result = isRunning ? 'running' : pastTense(operation);
  return `${resourceOf(operation)} ${result}${detail ? `: ${detail}` : ''}`;
}

export function failure(operation: PlannedOperation): string {
  return `${resourceOf(operation)} failed to ${operation.recreates ? 'recreate' : operation.verb}`;
}

/** `web-1 undone`, `web-1 could not be replaced; the one before was started again`. */
export function undoing(operation: PlannedOperation, detail: string | undefined, hasFailed: boolean): string {
  const what = hasFailed && operation.recreates ? 'could not be replaced' : 'undone';
  return `${resourceOf(operation)} ${what}${detail ? `; ${detail}` : ''}`;
}

/** `web-1 exited with code 137 (out of memory)`. */
export function exitText(
  name: string,
  exit: { readonly exitCode: number; readonly oomKilled: boolean },
): string {
  return `${name} exited with code ${exit.exitCode}${exit.oomKilled ? ' (out of memory)' : ''}`;
}
