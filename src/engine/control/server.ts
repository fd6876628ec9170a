import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { text as consume } from 'node:stream/consumers';
import { type Diagnostic, type DiagnosticCode, Problem } from '../../base/diagnostic.ts';
import type { Context } from '../supervisor/context.ts';
import { damageDiagnostic } from '../supervisor/damage.ts';
import type { Reply, Request } from './reply.ts';
import { ROUTES } from './routes.ts';

/** When the supervisor may go, and what it does then. */
export type Ending = {
  readonly isIdle: () => boolean;
  /** Somebody may call again; only who asks for the end itself does not wait for that. */
  readonly isHeld: () => boolean;
  /** Puts away what the supervisor itself has on the machine. */
  readonly leave: () => void;
};

export type Server = {
  /** Looks whether there is still something to do. */
  readonly settle: () => void;
};

/** Serves the control API on the project's socket, and ends this process when nothing runs and nobody asks. */
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
      // The answer is on its way before the socket goes.
      setImmediate(settle);
    };
  };
  const server = createServer((message, response) => {
    response.once('close', began());
    void answer(
      context,
      message,
      replyOver(response, () => leaveIfLast(1)),
    );
  });
  server.on('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.once('close', began());
    socket.on('error', () => socket.destroy());
    socket.unshift(head);
    void bodyOf(message, socket).then((body) => answer(context, message, replyOverSocket(socket), body));
  });
  rmSync(context.paths.socket, { force: true });
  await new Promise<void>((resolve) => server.listen(context.paths.socket, resolve));
  chmodSync(context.paths.socket, 0o600);
  context.onEvent(({ type }) => {
    if (type === 'container.exited') setImmediate(settle);
  });
  return { settle };
};

const answer = async (
  context: Context,
  message: IncomingMessage,
  reply: Reply,
  body?: string,
): Promise<void> => {
  try {
    const url = new URL(message.url ?? '/', 'http://tscompose');
    // Docker's clients put a version before every path.
    const path = url.pathname.replace(/^\/v\d+\.\d+(?=\/)/, '');
    const route = ROUTES.find(({ method, pattern }) => method === message.method && pattern.test(path));
    if (!route) return reply.error(404, `no such call: ${message.method} ${path}`);
    refuseDamaged(context, path);
    const text = body ?? (await consume(message));
    const request: Request = {
      params: (route.pattern.exec(path) ?? []).slice(1).map(decodeURIComponent),
      query: url.searchParams,
      body: text === '' ? {} : JSON.parse(text),
    };
    await route.handle(context, request, reply);
  } catch (error) {
    if (error instanceof Problem) reply.error(statusOf(error.diagnostics), error.message, error.diagnostics);
    else {
      process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
      reply.error(500, String(error));
    }
  }
};

const refuseDamaged = ({ damage, record, paths }: Context, path: string): void => {
  if (damage && !WITHOUT_RECORD.includes(path))
    throw new Problem(damageDiagnostic(record.name, paths, damage));
};

/** Calls that need no record. */
const WITHOUT_RECORD = ['/_ping', '/version', '/project/down', '/project/settle', '/project/events'];

const statusOf = ([first]: readonly Diagnostic[]): number => (first && STATUS_OF[first.code]) ?? 400;

/** As in the Docker Engine API; every other mistake of the caller's is 400. */
const STATUS_OF: { readonly [Code in DiagnosticCode]?: number } = {
  'no-container': 404,
  'no-exec': 404,
  'not-running': 409,
  'exec-started': 409,
};

const replyOver = (response: ServerResponse, isLast: () => boolean): Reply => ({
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
  upgrade: () => {
    throw new Problem({
      severity: 'error',
      code: 'usage',
      message: 'this call takes over its connection; ask for `Upgrade: tcp`',
    });
  },
});

const replyOverSocket = (socket: Duplex): Reply => {
  const error: Reply['error'] = (status, message, diagnostics) => {
    const text = JSON.stringify({ message, ...(diagnostics ? { diagnostics } : {}) });
    socket.end(
      `HTTP/1.1 ${status} Error\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
    );
  };
  return {
    error,
    isLast: () => false,
    canUpgrade: true,
    json: () => error(400, 'this call does not take over its connection'),
    stream: () => {
      throw new Problem({
        severity: 'error',
        code: 'usage',
        message: 'this call does not take over its connection',
      });
    },
    upgrade: (type) => {
      socket.write(
        `HTTP/1.1 101 UPGRADED\r\nContent-Type: ${type}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n`,
      );
      return socket;
    },
  };
};

// Node leaves the body of a request that wants an upgrade in the connection.
const bodyOf = async ({ headers }: IncomingMessage, socket: Duplex): Promise<string> => {
  const length = Number(headers['content-length'] ?? 0);
  if (length === 0) return '';
  for (;;) {
    const body = socket.read(length) as Buffer | null;
    if (body) return body.toString();
    await new Promise((resolve) => socket.once('readable', resolve));
  }
};
