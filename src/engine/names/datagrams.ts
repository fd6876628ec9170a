import { receiveFrom, sendTo } from '../../kernel/ffi/sockets.ts';
import type { Respond } from './respond.ts';

/**
 * Answers the datagrams that wait in a socket, some at a time: a container that floods its own name server takes turns
 * with everything else.
 */
export const answerDatagrams = (socket: number, respond: Respond, isOpen: () => boolean): void => {
  for (let count = 0; count < AT_ONCE; count++) {
    const datagram = receiveFrom(socket);
    // EAGAIN, or an error of an answer that could not be delivered.
    if (typeof datagram === 'number') return;
    const { sender } = datagram;
    // The memory is that of the next datagram too.
    const response = respond(Buffer.from(datagram.bytes), 'udp');
    if (response instanceof Promise)
      void response.then((answer) => {
        if (answer && isOpen()) sendTo(socket, answer, sender);
      });
    // The asker repeats a query whose answer finds no room.
    else if (response) sendTo(socket, response, sender);
  }
};

const AT_ONCE = 32;
