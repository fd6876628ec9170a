import type { Duplex } from 'node:stream';

/** Ends our side of a connection, and reads the other to its end: a connection that nobody reads is never seen to close. */
export const endAndDiscard = (connection: Duplex): void => {
  connection.unpipe();
  connection.end();
  connection.resume();
};
