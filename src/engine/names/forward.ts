import type { Readiness } from '../../kernel/ffi/readiness.ts';
import { openConnected, type Transport } from '../../kernel/ffi/sockets.ts';
import type { SocketAddress } from '../../kernel/program/socket-address.ts';
import { askByDatagram } from './ask-by-datagram.ts';
import { askByStream } from './ask-by-stream.ts';
import { type Query, RCODE } from './query.ts';
import type { Forward } from './respond.ts';

/** Runs in the network namespace that servers are asked from; undefined if that is gone. */
export type From = (act: () => number) => number | undefined;

/** Counts the queries in progress. */
export type Load = { current: number };

export type Limits = {
  /** Of the project, and of one container. */
  readonly loads: readonly (readonly [load: Load, most: number])[];
};

/**
 * Asks servers in their order. A server that refuses, does not answer in time, or answers that it cannot tell, is
 * followed by the next one; the last such answer is passed on if no server has a better one.
 */
export const forwarder =
  (readiness: Readiness, servers: () => readonly SocketAddress[], from: From, { loads }: Limits): Forward =>
  async (query, transport) => {
    if (loads.some(([load, most]) => load.current >= most)) return undefined;
    for (const [load] of loads) load.current++;
    try {
      let last: Buffer | undefined;
      for (const server of servers()) {
        const fd = from(() => openConnected(transport, server));
        if (fd === undefined || fd < 0) continue;
        const reply = await ask(readiness, transport, fd, query);
        if (reply && !isUseless(reply)) return reply;
        last = reply ?? last;
      }
      return last;
    } finally {
      for (const [load] of loads) load.current--;
    }
  };

const ask = (
  readiness: Readiness,
  transport: Transport,
  fd: number,
  query: Query,
): Promise<Buffer | undefined> =>
  transport === 'udp' ? askByDatagram(readiness, fd, query, PATIENCE) : askByStream(fd, query, PATIENCE);

const isUseless = (reply: Buffer): boolean => {
  const rcode = reply[3]! & 15;
  return rcode === RCODE.SERVFAIL || rcode === REFUSED || rcode === RCODE.NOTIMP;
};

const REFUSED = 5;

/** Milliseconds for each server; the resolvers of programs wait 5 seconds. */
const PATIENCE = 2000;
