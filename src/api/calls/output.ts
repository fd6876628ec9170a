import { call, connection, frames } from '../call.ts';
import { flag, lines, moment } from '../query.ts';

/** The log line by line, each in a frame of its own. */
export const readLogs = call({
  method: 'GET',
  path: '/containers/{id}/logs',
  query: {
    /** Continue until the container has exited. */
    follow: flag,
    timestamps: flag,
    tail: lines,
    /** Older lines are left out. */
    since: moment,
    /** This line and later ones are left out. */
    until: moment,
    /** Also output that is kept for those alone who are attached. */
    attached: flag,
  },
  reply: frames,
});

/** The output from now on, and stdin; for a container that does not run, the output of its next run. */
export const attachContainer = call({
  method: 'POST',
  path: '/containers/{id}/attach',
  reply: connection,
});
