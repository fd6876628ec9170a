import { call, connection, frames } from '../call.ts';
import { flag, lines, moment } from '../query.ts';

/** Line by line, each in a frame of its own. */
export const readLogs = call({
  method: 'GET',
  path: '/containers/{id}/logs',
  query: {
    /** Goes on until the container has ended. */
    follow: flag,
    timestamps: flag,
    tail: lines,
    /** Older lines are left out. */
    since: moment,
  },
  reply: frames,
});

/** What is printed from now on, and what is typed; of a container without a start, what its next run prints. */
export const attachContainer = call({
  method: 'POST',
  path: '/containers/{id}/attach',
  reply: connection,
});
