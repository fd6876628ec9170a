import { call, connection, frames } from '../call.ts';
import { flag, lines, logMark, moment } from '../query.ts';

/** The log line by line, each in a frame of its own. */
export const readLogs = call({
  method: 'GET',
  path: '/containers/{id}/logs',
  query: {
    /** Continue until the container has exited. */
    follow: flag,
    timestamps: flag,
    tail: lines,
    /** Lines before the first one of this time or a later one are left out. */
    since: moment,
    /** This line and later ones are left out. */
    until: moment,
    /** Also frames with the position, as often as a client needs them that may lose its connection. */
    marks: flag,
    /** Begin at this position, whatever `tail` says. */
    after: logMark,
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
