import type { Bound } from '../../kernel/ffi/bind-socket.ts';
import type { Port } from '../../project/model/project.ts';
import type { BoundPort } from '../record/project-record.ts';
import type { HostPort } from './sockets-of-host.ts';

/** A refused port of the host; `errno` is that of bind(2). */
export type Refused = HostPort & { readonly errno: number };

export type Choice =
  | { readonly port: Port; readonly bound: readonly BoundPort[] }
  /** The refusals, for each port that was tried. */
  | { readonly port: Port; readonly refused: readonly Refused[] };

/** Tries a socket of the host; port 0 lets the kernel choose. */
export type Bind = (socket: HostPort) => Bound;

/**
 * Chooses the port of the host for a port of a service: the first free one of a range, or one that the kernel chooses,
 * and then the same at every address. `before`: the ports of the container that is replaced, which are kept where the
 * file leaves a choice. `defaultIps`: the addresses of a port without one.
 */
export const choosePort = (
  port: Port,
  {
    before = [],
    defaultIps,
    bind,
  }: { readonly before?: readonly BoundPort[]; readonly defaultIps: readonly string[]; readonly bind: Bind },
): Choice => {
  const { protocol, target, published, hostIp } = port;
  const addresses = hostIp === undefined ? defaultIps : [hostIp];
  const refused: Refused[] = [];
  const boundAt = (number: number): readonly BoundPort[] | undefined => {
    const bound: BoundPort[] = [];
    for (const address of addresses) {
      const socket = { protocol, hostIp: address, hostPort: bound[0]?.hostPort ?? number };
      const result = bind(socket);
      if ('errno' in result) {
        refused.push({ ...socket, errno: result.errno });
        return undefined;
      }
      bound.push({ protocol, hostIp: address, hostPort: result.port, port: target });
    }
    return bound;
  };
  const kept = before.find((one) => isChoiceOf(port, one, addresses))?.hostPort;
  for (const number of candidates(published, kept)) {
    const bound = boundAt(number);
    if (bound) return { port, bound };
  }
  return { port, refused };
};

const isChoiceOf = (
  { protocol, target, published }: Port,
  bound: BoundPort,
  addresses: readonly string[],
): boolean =>
  bound.protocol === protocol &&
  bound.port === target &&
  addresses.includes(bound.hostIp) &&
  (!published || (bound.hostPort >= published.first && bound.hostPort <= published.last));

function* candidates(published: Port['published'], kept: number | undefined): Iterable<number> {
  if (kept !== undefined) yield kept;
  if (!published) {
    // A port that is free at one address may be taken at another.
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) yield 0;
    return;
  }
  for (let number = Math.max(published.first, 1); number <= published.last; number++)
    if (number !== kept) yield number;
}

const ATTEMPTS = 16;
