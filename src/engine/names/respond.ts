import type { Transport } from '../../kernel/ffi/sockets.ts';
import { answer, failure } from './answer.ts';
import { type Query, RCODE, readQuery } from './query.ts';
import type { Named, Zone } from './zone.ts';

/** The answer to a message, now or after other servers were asked; undefined for none. */
export type Respond = (
  message: Buffer,
  transport: Transport,
) => Buffer | undefined | Promise<Buffer | undefined>;

/** Asks other servers; undefined if none of them answers. */
export type Forward = (query: Query, transport: Transport) => Promise<Buffer | undefined>;

/** Answers the queries of one container: names of the project itself, others by `forward`, if the container may. */
export const responder =
  (zone: Zone, asker: () => Named | undefined, forward: Forward | undefined): Respond =>
  (message, transport) => {
    const query = readQuery(message);
    if (query === undefined) return undefined;
    if (typeof query === 'number') return failure(message, query);
    const container = asker();
    const data = container && zone.find(container, query);
    if (data) return answer(query, data, transport === 'tcp' ? MOST_OVER_TCP : query.room);
    // Nobody else is asked, so there is no such name. musl takes this answer at once, and waits for another one for five
    // seconds after SERVFAIL.
    if (!forward) return failure(message, RCODE.NXDOMAIN, query);
    return forward(query, transport).then((reply) => reply ?? failure(message, RCODE.SERVFAIL, query));
  };

const MOST_OVER_TCP = 65_535;
