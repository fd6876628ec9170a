import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { malformed } from './malformed.ts';
import type { Reply } from './reply.ts';

/** A response over HTTP. */
export const replyOver = (response: ServerResponse, isLast: () => boolean): Reply => ({
  isLast,
  canUpgrade: false,
  json: (value, status = 200) => {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(value === undefined ? '' : JSON.stringify(value));
  },
  error: (status, message, diagnostics) => {
    if (response.headersSent) return void response.destroy();
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ message, ...(diagnostics ? { diagnostics } : {}) }));
  },
  stream: (type) => {
    response.writeHead(200, { 'Content-Type': type });
    response.flushHeaders();
    return response;
  },
  requireUpgrade: () => {
    throw malformed('this call takes over its connection; ask for `Upgrade: tcp`');
  },
  upgrade: () => {
    throw malformed('this call takes over its connection; ask for `Upgrade: tcp`');
  },
});

/** A response over a connection that the caller wants to upgrade. */
export const replyOverSocket = (socket: Duplex): Reply => {
  const error: Reply['error'] = (status, message, diagnostics) => {
    const text = JSON.stringify({ message, ...(diagnostics ? { diagnostics } : {}) });
    // The end of a connection is noticed only while it is read.
    socket
      .resume()
      .end(
        `HTTP/1.1 ${status} Error\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
      );
  };
  return {
    error,
    isLast: () => false,
    canUpgrade: true,
    json: () => error(400, 'the answer does not take over the connection'),
    stream: () => {
      throw malformed('the answer does not take over the connection');
    },
    requireUpgrade: () => {},
    upgrade: (type) => {
      socket.write(
        `HTTP/1.1 101 UPGRADED\r\nContent-Type: ${type}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n`,
      );
      return socket;
    },
  };
};
