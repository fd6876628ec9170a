import type { PlannedOperation, Unchanged } from '../../api/events.ts';

type Verb = PlannedOperation['verb'];

/** The news about a resource in the words of Docker Compose, which scripts look for; the detail is ours. */
export type News = { readonly word: string; readonly detail?: string };

/** The words for every operation in progress and at its end. */
const words: { readonly [V in Verb]: readonly [present: string, past: string] } = {
  create: ['Creating', 'Created'],
  start: ['Starting', 'Started'],
  recreate: ['Recreate', 'Recreated'],
  rename: ['Renaming', 'Renamed'],
  stop: ['Stopping', 'Stopped'],
  remove: ['Removing', 'Removed'],
  kill: ['Killing', 'Killed'],
  restart: ['Restarting', 'Started'],
  pause: ['Pausing', 'Paused'],
  unpause: ['Unpausing', 'Unpaused'],
  connect: ['Connecting', 'Connected'],
  disconnect: ['Disconnecting', 'Disconnected'],
  wait: ['Waiting', 'Ready'],
};

/** The words for the end of a wait. */
const awaited: { readonly [Condition in NonNullable<PlannedOperation['condition']>]: string } = {
  healthy: 'Healthy',
  completed: 'Exited',
  running: 'Healthy',
};

const atRest: { readonly [State in Unchanged['state']]: string } = {
  running: 'Running',
  stopped: 'Stopped',
  completed: 'Exited',
};

/** `Container app-web-1`, `Network app_default`, `Volume app_data`; for all operations of a recreate, the final name of the container. */
export function resourceOf({ kind, name, recreates = name }: PlannedOperation): string {
  switch (kind) {
    case 'container':
      return containerOf(recreates);
    case 'network':
      return `Network ${name}`;
    case 'volume':
      return `Volume ${name}`;
    default:
      return kind satisfies never;
  }
}

/** `Container app-web-1 Started (PID 1 inside, 12345 outside)`. */
export function sentence(resource: string, { word, detail }: News): string {
  return `${resource} ${word}${detail ? ` (${detail})` : ''}`;
}

/** A container for which there is nothing to do. */
export function unchanged({ container, state }: Unchanged): { readonly resource: string } & News {
  return { resource: containerOf(container), word: atRest[state] };
}

/** A container that is waited for has ended, and waits for its restart. */
export function restart(container: string, exitCode: number): { readonly resource: string } & News {
  return { resource: containerOf(container), word: `Restarting (${exitCode})` };
}

/** `Starting`, `Waiting (needed by web)`; undefined for the removal of a replaced container. */
export function beginning({ verb, recreates, because }: PlannedOperation): News | undefined {
  // The successor runs already.
  if (recreates && verb === 'remove') return undefined;
  if (verb === 'wait') return { word: words.wait[0], detail: because };
  return { word: words[recreates ? 'recreate' : verb][0] };
}

/** A step of a recreate before the successor has the name: `Recreate (stopping)`; undefined for other operations. */
export function step(
  { verb, recreates }: PlannedOperation,
  isDone: boolean,
  detail?: string,
): News | undefined {
  if (!recreates || verb === 'remove' || (verb === 'rename' && isDone)) return undefined;
  const word = words[verb][isDone ? 1 : 0].toLowerCase();
  return { word: words.recreate[0], detail: detail === undefined ? word : `${word}; ${detail}` };
}

/** `Started`, `Created`; undefined within a recreate. */
export function outcome(
  { verb, recreates, condition }: PlannedOperation,
  detail: string | undefined,
): News | undefined {
  if (recreates && verb !== 'rename') return undefined;
  const [, past] = words[recreates ? 'recreate' : verb];
  return { word: condition ? awaited[condition] : past, ...(detail && { detail }) };
}

export function failure({ verb, recreates }: PlannedOperation): News {
  if (verb === 'wait') return { word: 'Error', detail: 'not ready' };
  return { word: 'Error', detail: `failed to ${recreates ? 'recreate' : verb}` };
}

/** `Undone`; after a failure with the container that is there instead. */
export function undoing(
  { recreates }: PlannedOperation,
  detail: string | undefined,
  hasFailed: boolean,
): News {
  const details = [hasFailed && recreates && 'not replaced', detail].filter(Boolean);
  return { word: 'Undone', ...(details.length > 0 && { detail: details.join('; ') }) };
}

export const notUndone: News = { word: 'Error', detail: 'could not be undone' };

function containerOf(name: string): string {
  return `Container ${name}`;
}

/** `web-1 exited with code 137 (out of memory)`. */
export function exitText(
  name: string,
  exit: { readonly exitCode: number; readonly oomKilled: boolean },
): string {
  return `${name} exited with code ${exit.exitCode}${exit.oomKilled ? ' (out of memory)' : ''}`;
}
