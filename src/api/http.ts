import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { text as consume } from 'node:stream/consumers';
import { type Diagnostic, Problem } from '../base/diagnostic.ts';
import type { AnswerOf, Asked, Call } from './call.ts';
import { writeQuery } from './query.ts';

/** The client's half of HTTP over the project's socket. */
export type Http = {
  /** A call that answers with JSON. */
  readonly json: <C extends Call>(call: C, asked: Asked<C>) => Promise<AnswerOf<C>>;
  /** A call with a streamed answer. */
  readonly stream: <C extends Call>(
    call: C,
    asked: Asked<C>,
    /** A returned promise pauses the answer until it resolves. */
    onData: (chunk: Buffer) => Promise<void> | undefined | void,
    hooks?: StreamHooks,
  ) => Promise<void>;
  /** A call that turns the connection into a two-way stream. */
  readonly upgrade: <C extends Call>(call: C, asked: Asked<C>) => Promise<Duplex>;
};

export type StreamHooks = {
  /** Called at the end: whether to wait until the supervisor has ended. */
  readonly isLast?: () => boolean;
  /** The answer has begun. */
  readonly onAnswer?: () => void;
};

/** `revive` starts a new supervisor if the old one ended as the call arrived. */
export const httpOver = (socketPath: string, revive: () => Promise<void>): Http => {
  const send = async (...call: Parameters<typeof attempt>): Promise<Answer> => {
    try {
      return await attempt(...call);
    } catch (error) {
      // unix(7): a connection that was never accepted is reset, so the call has had no effect and may be repeated.
      if (!['ECONNRESET', 'ECONNREFUSED', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? ''))
        throw lost(error as Error);
    }
    await revive();
    return attempt(...call).catch((error) => Promise.reject(lost(error)));
  };
  const attempt = (
    { method, path, query }: Call,
    asked: Asked<Call>,
    headers: Record<string, string> = {},
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const text = asked.body === undefined ? '' : JSON.stringify(asked.body);
      const call = httpRequest({
        socketPath,
        method,
        path: `${pathOf(path, asked.params)}${writeQuery(query, asked.query ?? {})}`,
        headers: {
          'Content-Type': 'application/json',
          'Content-Length': Buffer.byteLength(text),
          ...headers,
        },
      });
      call.once('error', reject);
      call.once('response', (response) => resolve({ response }));
      call.once('upgrade', (_response, socket, head) => {
        if (head.length > 0) socket.unshift(head);
        resolve({ socket });
      });
      call.end(text);
    });
  return {
    json: async (call, asked) => {
      const { response } = await send(call, asked as Asked<Call>);
      const text = await consume(response!);
      if (response!.statusCode! >= 400) throw problemOf(text);
      return (text === '' ? undefined : JSON.parse(text)) as never;
    },
    stream: async (call, asked, onData, { isLast = () => false, onAnswer = () => {} } = {}) => {
      const { response } = await send(call, asked as Asked<Call>);
      if (response!.statusCode! >= 400) throw problemOf(await consume(response!));
      onAnswer();
      response!.on('data', (chunk: Buffer) => {
        const pause = onData(chunk);
        if (!pause) return;
        response!.pause();
        void pause.then(() => response!.resume());
      });
      const { socket } = response!;
      await new Promise<void>((resolve, reject) => {
        response!.once('end', () => (isLast() ? void gone(socket).then(resolve) : resolve()));
        response!.once('error', (error) => reject(lost(error)));
        response!.once('aborted', () => reject(lost(new Error('aborted'))));
      });
    },
    upgrade: async (call, asked) => {
      const { response, socket } = await send(call, asked as Asked<Call>, UPGRADE);
      if (!socket) throw problemOf(await consume(response!));
      return socket;
    },
  };
};

const UPGRADE = { Connection: 'Upgrade', Upgrade: 'tcp' };

const pathOf = (path: string, params: Readonly<Record<string, string>> = {}): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));

// The supervisor keeps its connections until it ends; the agent unreferences the socket, so this process could exit.
const gone = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.destroyed) return resolve();
    socket.once('close', () => resolve());
    setImmediate(() => socket.ref());
  });

type Answer = { readonly response?: IncomingMessage; readonly socket?: Duplex };

// Docker's errors have a `message`; tscompose's own have also the diagnostics behind it.
const problemOf = (text: string): Error => {
  const { message, diagnostics } = JSON.parse(text) as {
    message: string;
    diagnostics?: readonly Diagnostic[];
  };
  return diagnostics ? new Problem(...diagnostics) : new Error(message);
};

const lost = (error: Error): Problem =>
  new Problem({
    severity: 'error',
    code: 'supervisor-lost',
    message: 'lost the connection to the supervisor of this project',
    notes: [
      error.message,
      'running containers are not affected; the next command starts a new supervisor for them',
    ],
  });
