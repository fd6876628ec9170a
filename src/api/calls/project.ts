import { call, connection, events, nothing } from '../call.ts';

/** Events of the whole project, one JSON object per line, until the caller closes the connection. */
export const watchProject = call({ method: 'POST', path: '/project/events', reply: connection });

/** Answers when no call that changes the project is running: a container that has exited by then stays so. */
export const settle = call({ method: 'POST', path: '/project/settle', reply: events });

/** Cancels a call that changes the project: no further operation starts, and its changes are undone. */
export const cancel = call({ method: 'POST', path: '/project/calls/{id}/cancel', reply: nothing() });
