import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Diagnostic, Problem } from '../base/diagnostic.ts';
import { AnswerReader } from './answer-reader.ts';
import type { AnswerOf, Asked, Call } from './call.ts';
import { ConnectionLost } from './connection-lost.ts';
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

/** `revive` starts a new supervisor if the old one ended before it answered. */
export const httpOver = (socketPath: string, revive: () => Promise<void>): Http => {
  const send = async (...call: Parameters<typeof attempt>): Promise<Answer> => {
    for (let attempts = 1; ; attempts++) {
      try {
        return await attempt(...call);
      } catch (error) {
        // unix(7): a connection that was never accepted is reset, so the call has had no effect and may be repeated.
        const isRepeated = ['ECONNRESET', 'ECONNREFUSED', 'ENOENT', 'EPIPE'].includes(
          (error as NodeJS.ErrnoException).code ?? '',
        );
        if (!isRepeated || attempts === ATTEMPTS) throw new ConnectionLost(error as Error);
      }
      await revive();
    }
  };
  const attempt = (
    { method, path, query }: Call,
    asked: Asked<Call>,
    headers: readonly string[] = [],
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const text = asked.body === undefined ? '' : JSON.stringify(asked.body);
      const socket = connect(socketPath);
      const reader = new AnswerReader();
      const receive = (bytes: Buffer): void => {
        const body = reader.read(bytes);
        if (reader.status === undefined) return;
        socket.pause();
        socket.off('data', receive).off('error', reject).off('close', hangUp);
        resolve({ status: reader.status, socket, reader, body });
      };
      const hangUp = (): void => reject(Object.assign(new Error('no answer came'), { code: 'ECONNRESET' }));
      socket.on('data', receive).once('error', reject).once('close', hangUp);
      const lines = [
        `${method} ${pathOf(path, asked.params)}${writeQuery(query, asked.query ?? {})} HTTP/1.1`,
        'Host: localhost',
        'Content-Type: application/json',
        `Content-Length: ${Buffer.byteLength(text)}`,
        ...headers,
      ];
      socket.write(`${lines.join('\r\n')}\r\n\r\n${text}`);
    });
  return {
    json: async (call, asked) => {
      const answer = await send(call, asked as Asked<Call>);
      const text = await textOf(answer);
      if (answer.status >= 400) throw problemOf(text);
      return (text === '' ? undefined : JSON.parse(text)) as never;
    },
    stream: async (call, asked, onData, { isLast = () => false, onAnswer = () => {} } = {}) => {
      const answer = await send(call, asked as Asked<Call>);
      if (answer.status >= 400) throw problemOf(await textOf(answer));
      onAnswer();
      await bodyOf(answer, onData);
      if (isLast()) await gone(answer.socket);
      answer.socket.destroy();
    },
    upgrade: async (call, asked) => {
      const answer = await send(call, asked as Asked<Call>, UPGRADE);
      if (answer.status !== 101) throw problemOf(await textOf(answer));
      return fresh(answer);
    },
  };
};

/** A call that ends every supervisor is no reason to start more of them. */
const ATTEMPTS = 5;

const UPGRADE = ['Connection: Upgrade', 'Upgrade: tcp'];

const pathOf = (path: string, params: Readonly<Record<string, string>> = {}): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));

/** The head of an answer has come; the connection is paused. */
type Answer = {
  readonly status: number;
  readonly socket: Socket;
  readonly reader: AnswerReader;
  /** The part of the body that has come with the head. */
  readonly body: Buffer;
};

/** Resolves at the end of the body. A returned promise pauses it. */
const bodyOf = (
  { socket, reader, body }: Answer,
  onData: (chunk: Buffer) => Promise<void> | undefined | void,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const take = (bytes: Buffer): void => {
      const pause = bytes.length > 0 ? onData(bytes) : undefined;
      if (pause) socket.pause();
      else if (reader.isOver) resolve();
      void pause?.then(() => (reader.isOver ? resolve() : void socket.resume()));
    };
    socket.on('data', (bytes: Buffer) => take(reader.read(bytes)));
    socket.once('error', (error) => reject(new ConnectionLost(error)));
    socket.once('close', () => {
      if (reader.end()) resolve();
      else reject(new ConnectionLost(new Error('aborted')));
    });
    socket.resume();
    take(body);
  });

const textOf = async (answer: Answer): Promise<string> => {
  const parts: Buffer[] = [];
  await bodyOf(answer, (bytes) => void parts.push(bytes));
  answer.socket.destroy();
  return Buffer.concat(parts).toString();
};

/** The connection as if nothing had been read: neither flowing nor paused. */
const fresh = ({ socket, body }: Answer): Duplex => {
  if (body.length > 0) socket.unshift(body);
  (socket as { readableFlowing: boolean | null }).readableFlowing = null;
  return socket;
};

// The supervisor keeps its connections until it ends.
const gone = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.destroyed) return resolve();
    socket.once('close', () => resolve());
  });

// Docker's errors have a `message`; tscompose's own have also the diagnostics behind it.
const problemOf = (text: string): Error => {
  const { message, diagnostics } = JSON.parse(text) as {
    message: string;
    diagnostics?: readonly Diagnostic[];
  };
  return diagnostics ? new Problem(...diagnostics) : new Error(message);
};
