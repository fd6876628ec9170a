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
  return { resource: containerOf(container), word: state === 'running' ? 'Running' : 'Stopped' };
}

/** `Starting`; undefined for the removal of a replaced container. */
export function beginning({ verb, recreates }: PlannedOperation): News | undefined {
  // The successor runs already.
  if (recreates && verb === 'remove') return undefined;
  return { word: words[recreates ? 'recreate' : verb][0] };
}

/** A step of a recreate before the successor has the name: `Recreate (stopping)`; undefined for other operations. */
export function step({ verb, recreates }: PlannedOperation, isDone: boolean): News | undefined {
  if (!recreates || verb === 'remove' || (verb === 'rename' && isDone)) return undefined;
  return { word: words.recreate[0], detail: words[verb][isDone ? 1 : 0].toLowerCase() };
}

/** `Started`, `Created`; undefined within a recreate. */
export function outcome({ verb, recreates }: PlannedOperation, detail: string | undefined): News | undefined {
  if (recreates) return verb === 'rename' ? { word: words.recreate[1] } : undefined;
  return { word: words[verb][1], ...(detail && { detail }) };
}

export function failure({ verb, recreates }: PlannedOperation): News {
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
