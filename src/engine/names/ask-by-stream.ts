import { Socket } from 'node:net';
import { framed, messagesOf } from './framing.ts';
import { isAnswer } from './is-answer.ts';
import type { Query } from './query.ts';

/** The same over a connection, which may still be in progress. */
export const askByStream = async (
  fd: number,
  query: Query,
  patience: number,
): Promise<Buffer | undefined> => {
  const socket = new Socket({ fd, readable: true, writable: true });
  const timer = setTimeout(() => socket.destroy(), patience);
  try {
    socket.on('error', () => {});
    socket.write(framed(query.message));
    for await (const message of messagesOf(socket, MOST_OF_ANSWER))
      if (isAnswer(query, message)) return Buffer.from(message);
    return undefined;
  } catch {
    // Refused, closed or late.
    return undefined;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
};

const MOST_OF_ANSWER = 65_535;
