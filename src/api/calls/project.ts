import { call, connection, events, nothing } from '../call.ts';
import { count } from '../query.ts';

/** Events of the whole project, one JSON object per line, until the caller closes the connection. */
export const watchProject = call({
  method: 'POST',
  path: '/project/events',
  query: {
    /** The `at` of an event: the latest ones after it come first, for a caller whose supervisor was killed. */
    after: count(2 ** 63),
  },
  reply: connection,
});

/** Answers when no call that changes the project is running: a container that has exited by then stays so. */
export const settle = call({ method: 'POST', path: '/project/settle', reply: events });

/** Cancels a call that changes the project: no further operation starts, and its changes are undone. */
export const cancel = call({ method: 'POST', path: '/project/calls/{id}/cancel', reply: nothing() });
