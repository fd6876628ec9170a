import type { Event, PlannedOperation } from '../../../src/api/events.ts';

export const operation = (
  id: number,
  name: string,
  verb: PlannedOperation['verb'],
  kind: PlannedOperation['kind'] = 'container',
): PlannedOperation => ({ id, kind, name, verb, because: 'it is not there' });

/** A project of a network and a container that comes up. */
export const upEvents: readonly Event[] = [
  {
    type: 'plan',
    unchanged: [],
    operations: [
      operation(1, 'app_default', 'create', 'network'),
      operation(2, 'app-web-1', 'create'),
      operation(3, 'app-web-1', 'start'),
    ],
  },
  { type: 'operation.started', id: 1, at: 7 },
  { type: 'operation.done', id: 1, at: 7, ms: 2 },
  { type: 'operation.started', id: 2, at: 7 },
  { type: 'operation.done', id: 2, at: 7, ms: 1 },
  { type: 'operation.started', id: 3, at: 7 },
  { type: 'operation.done', id: 3, at: 7, ms: 4, detail: 'PID 1 inside, 12345 outside' },
  { type: 'end', exitCode: 0, last: false },
];

/** The second container fails, what was made before is undone, the third is not tried. */
export const failedEvents: readonly Event[] = [
  {
    type: 'plan',
    unchanged: [],
    operations: [
      operation(1, 'app-db-1', 'start'),
      operation(2, 'app-web-1', 'start'),
      operation(3, 'app-api-1', 'start'),
      operation(4, 'app_default', 'create', 'network'),
    ],
  },
  { type: 'operation.done', id: 4, at: 7, ms: 1 },
  { type: 'operation.started', id: 1, at: 7 },
  { type: 'operation.done', id: 1, at: 7, ms: 2, detail: 'PID 1 inside, 7 outside' },
  { type: 'operation.started', id: 2, at: 7 },
  { type: 'operation.failed', id: 2, at: 7, ms: 3 },
  { type: 'operation.skipped', id: 3, because: 'web-1 did not start' },
  { type: 'undone', id: 2 },
  { type: 'undo.failed', id: 1 },
  { type: 'undone', id: 4 },
  { type: 'end', exitCode: 127, last: false },
];

/** The second container waits until the first one is healthy. */
export const waitingEvents: readonly Event[] = [
  {
    type: 'plan',
    unchanged: [],
    operations: [
      operation(1, 'app-db-1', 'start'),
      { ...operation(2, 'app-db-1', 'wait'), condition: 'healthy', because: 'needed by web' },
      operation(3, 'app-web-1', 'start'),
    ],
  },
  { type: 'operation.started', id: 1, at: 7 },
  { type: 'operation.done', id: 1, at: 7, ms: 2, detail: 'PID 1 inside, 7 outside' },
  { type: 'operation.started', id: 2, at: 7 },
  { type: 'operation.done', id: 2, at: 7, ms: 900 },
  { type: 'operation.started', id: 3, at: 7 },
  { type: 'operation.done', id: 3, at: 7, ms: 2, detail: 'PID 1 inside, 8 outside' },
  { type: 'end', exitCode: 0, last: false },
];

/** What makes a container anew: its successor comes under a temporary name, and what it replaces goes last. */
export const recreation: readonly PlannedOperation[] = [
  { ...operation(1, '0a1b_app-web-1', 'create'), recreates: 'app-web-1' },
  { ...operation(2, 'app-web-1', 'stop'), recreates: 'app-web-1' },
  { ...operation(3, '0a1b_app-web-1', 'rename'), recreates: 'app-web-1' },
  operation(4, 'app-web-1', 'start'),
  { ...operation(5, '0a1b_app-web-1', 'remove'), recreates: 'app-web-1' },
];

const began = (id: number): Event => ({ type: 'operation.started', id, at: 7 });
const done = (id: number): Event => ({ type: 'operation.done', id, at: 7, ms: 1 });

const untilNamed: readonly Event[] = [1, 2, 3].flatMap((id) => [began(id), done(id)]);

export const recreatedEvents: readonly Event[] = [
  { type: 'plan', operations: recreation, unchanged: [] },
  ...untilNamed,
  began(4),
  { type: 'operation.done', id: 4, at: 7, ms: 4, detail: 'PID 1 inside, 12345 outside' },
  began(5),
  done(5),
];

export const notRecreatedEvents: readonly Event[] = [
  { type: 'plan', operations: recreation, unchanged: [] },
  ...untilNamed,
  began(4),
  { type: 'operation.failed', id: 4, at: 7, ms: 4 },
  { type: 'operation.skipped', id: 5, because: 'another operation failed' },
  { type: 'undone', id: 1, detail: 'the one before was started again' },
];
