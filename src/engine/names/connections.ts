import { once } from 'node:events';
import { Socket } from 'node:net';
import { accept } from '../../kernel/ffi/sockets.ts';
import { framed, messagesOf } from './framing.ts';
import type { Respond } from './respond.ts';

/** Answers queries over TCP. Each connection has one query in progress, and waits while it does not take the answer. */
export type Connections = {
  /** Accepts the connections that wait in a listening socket. */
  readonly accept: (listener: number) => void;
  readonly close: () => void;
};

export const openConnections = (respond: Respond): Connections => {
  const sockets = new Set<Socket>();

  const serve = async (socket: Socket): Promise<void> => {
    for await (const message of messagesOf(socket, MOST_OF_QUERY)) {
      const response = await respond(Buffer.from(message), 'tcp');
      if (!response) break;
      if (!socket.write(framed(response))) await once(socket, 'drain');
    }
  };

  return {
    accept: (listener) => {
      for (let fd = accept(listener); fd >= 0; fd = accept(listener)) {
        const socket = new Socket({ fd, readable: true, writable: true, allowHalfOpen: true });
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
        socket.setTimeout(IDLE, () => socket.destroy(new Error('idle')));
        if (sockets.size > MOST_CONNECTIONS) socket.destroy();
        // Errors are those of the container.
        else
          void serve(socket).then(
            () => socket.end(),
            () => socket.destroy(),
          );
      }
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
};

/** Of one container. */
const MOST_CONNECTIONS = 32;

/** Milliseconds. */
const IDLE = 10_000;

/** Queries of resolvers have no more than some hundred bytes. */
const MOST_OF_QUERY = 4096;
