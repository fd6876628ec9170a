import { existsSync, renameSync, unlinkSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { text as consume } from 'node:stream/consumers';
import type { Call } from '../../api/call.ts';
import { down } from '../../api/calls/change.ts';
import { settle, watchProject } from '../../api/calls/project.ts';
import { ping, version } from '../../api/calls/system.ts';
import { type Diagnostic, type DiagnosticCode, Problem } from '../../base/diagnostic.ts';
import { stackOf } from '../../base/node/stack.ts';
import { complain } from '../context/complain.ts';
import type { Context } from '../context/context.ts';
import { damageDiagnostic } from '../record/damage.ts';
import { malformed } from './malformed.ts';
import { findRoute, receive } from './receive.ts';
import { replyOver, replyOverSocket } from './replies.ts';
import type { Reply } from './reply.ts';

/** The conditions under which the supervisor ends, and its cleanup. */
export type Ending = {
  readonly isIdle: () => boolean;
  /** Another call may follow; only a request for the end itself does not wait for it. */
  readonly isHeld: () => boolean;
  /** Removes the supervisor's own resources on the host. */
  readonly leave: () => void;
};

export type Server = {
  /** Ends the supervisor if nothing is left to do. */
  readonly settle: () => void;
  /** Opens the socket again after it was removed; open connections continue. */
  readonly listenAgain: () => void;
};

/** Serves the control API on the project's socket, and ends this process when it is idle and has no open calls. */
export const serve = async (context: Context, { isIdle, isHeld, leave }: Ending): Promise<Server> => {
  let open = 0;
  let hasLeft = false;
  const leaveIfLast = (calls: number): boolean => {
    if (open > calls || !isIdle()) return false;
    if (!hasLeft) leave();
    hasLeft = true;
    return true;
  };
  const settle = (): void => {
    if ((hasLeft || !isHeld()) && leaveIfLast(0)) process.exit(0);
  };
  const began = (): (() => void) => {
    open++;
    let over = false;
    return () => {
      if (over) return;
      over = true;
      open--;
      // The response is sent before the socket is closed.
      setImmediate(settle);
    };
  };
  const server = createServer((message, response) => {
    response.once('close', began());
    const reply = replyOver(response, () => leaveIfLast(1));
    void answer(context, message, reply, () => consume(message).catch(() => Promise.reject(endsEarly())));
  });
  server.on('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.once('close', began());
    socket.on('error', () => socket.destroy());
    socket.unshift(head);
    void answer(context, message, replyOverSocket(socket), () => bodyOf(message, socket));
  });
  const { socket: path, newSocket } = context.paths;
  const listen = async (): Promise<void> => {
    // A full file system has an inode for the new one then.
    for (const old of [path, newSocket]) if (existsSync(old)) unlinkSync(old);
    await new Promise<void>((resolve) => {
      // unix(7): bind(2), which listen() calls at once, takes the mode of the socket from the umask.
      const umask = process.umask(0o177);
      server.listen(newSocket, resolve);
      process.umask(umask);
    });
    // A process that waits for the name may connect at once: a bound socket refuses until it listens.
    renameSync(newSocket, path);
  };
  await listen();
  context.onEvent(({ type }) => {
    if (type === 'container.exited') setImmediate(settle);
  });
  const listenAgain = (): void => {
    server.close();
    void listen();
  };
  return { settle, listenAgain };
};

const answer = async (
  context: Context,
  message: IncomingMessage,
  reply: Reply,
  readBody: () => Promise<string>,
): Promise<void> => {
  try {
    const found = findRoute(message.method, message.url);
    if (!found) return reply.error(404, `no such call: ${message.method} ${message.url}`);
    if (reply.canUpgrade && found.route.call.reply.framing !== 'connection')
      throw malformed('this call does not take over its connection');
    refuseDamaged(context, found.route.call);
    await found.route.handle(context, await receive(found, await readBody()), reply);
  } catch (error) {
    if (error instanceof Problem) reply.error(statusOf(error.diagnostics), error.message, error.diagnostics);
    else {
      complain(stackOf(error));
      reply.error(500, String(error));
    }
  }
};

const refuseDamaged = ({ damage, record, paths }: Context, call: Call): void => {
  if (damage && !WITHOUT_RECORD.includes(call))
    throw new Problem(damageDiagnostic(record.name, paths, damage, process.pid));
};

/** Calls that work without a record. */
const WITHOUT_RECORD: readonly Call[] = [ping, version, down, settle, watchProject];

const statusOf = ([first]: readonly Diagnostic[]): number => (first && STATUS_OF[first.code]) ?? 400;

/** As in the Docker Engine API; every other error of the caller is 400. */
const STATUS_OF: { readonly [Code in DiagnosticCode]?: number } = {
  'no-container': 404,
  'no-exec': 404,
  'unknown-service': 404,
  'not-running': 409,
  paused: 409,
  'not-paused': 409,
  'exec-started': 409,
};

// Node leaves the body of an upgrade request in the connection.
const bodyOf = async ({ headers }: IncomingMessage, socket: Duplex): Promise<string> => {
  const length = Number(headers['content-length'] ?? 0);
  if (length === 0) return '';
  for (;;) {
    const body = socket.read(length) as Buffer | null;
    if (body) return body.toString();
    if (socket.readableEnded || socket.destroyed) throw endsEarly();
    await new Promise((resolve) => {
      for (const event of ['readable', 'end', 'close']) socket.once(event, resolve);
    });
  }
};

const endsEarly = (): Problem => malformed('the body ends too early');
