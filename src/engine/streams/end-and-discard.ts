import type { Duplex } from 'node:stream';

/** Ends our side of a connection and reads the other side to its end: the close is noticed only while it is read. */
export const endAndDiscard = (connection: Duplex): void => {
  connection.unpipe();
  connection.end();
  connection.resume();
};
