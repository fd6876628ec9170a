import { closeSync } from 'node:fs';
import type { Readiness } from '../../kernel/ffi/readiness.ts';
import { receiveFrom, sendTo } from '../../kernel/ffi/sockets.ts';
import { errnoNumber } from '../../kernel/program/errno.ts';
import { isAnswer } from './is-answer.ts';
import type { Query } from './query.ts';

/**
 * Sends a query through a connected socket, and closes it after the answer. Undefined if the server refuses, or does
 * not answer within so many milliseconds. Messages that are no answer to the query are ignored.
 */
export const askByDatagram = (
  readiness: Readiness,
  socket: number,
  query: Query,
  patience: number,
): Promise<Buffer | undefined> =>
  new Promise((resolve) => {
    const end = (reply?: Buffer): void => {
      clearTimeout(timer);
      readiness.forget(socket);
      closeSync(socket);
      resolve(reply);
    };
    const timer = setTimeout(end, patience);
    readiness.watch(socket, () => {
      const datagram = receiveFrom(socket);
      if (datagram === -EAGAIN) return;
      if (typeof datagram === 'number') end();
      else if (isAnswer(query, datagram.bytes)) end(Buffer.from(datagram.bytes));
    });
    if (sendTo(socket, query.message) < 0) end();
  });

const EAGAIN = errnoNumber('EAGAIN');
