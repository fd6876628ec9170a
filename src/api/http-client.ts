import type { Duplex } from 'node:stream';
import { Problem } from '../base/diagnostic.ts';
import type { ContainerSummary } from './bodies.ts';
import type { Client, Session } from './client.ts';
import type { Event } from './events.ts';
import { FrameReader } from './frames.ts';
import type { Http } from './http.ts';
import { jsonLines } from './json-lines.ts';

/** The control API as functions. */
export const clientOver = (http: Http): Client => ({
  up: (request, onEvent) => eventCall(http, '/project/up', request, onEvent),
  change: (verb, request, onEvent) => eventCall(http, `/project/${verb}`, request, onEvent),
  settled: async () => {
    await eventCall(http, '/project/settle', {}, () => {});
  },
  containers: (all) => http.json<readonly ContainerSummary[]>('GET', `/containers/json?all=${all ? 1 : 0}`),
  logs: async (container, options, onChunk) => {
    const frames = new FrameReader();
    const query = new URLSearchParams({
      stdout: '1',
      stderr: '1',
      follow: options.follow ? '1' : '0',
      timestamps: options.timestamps ? '1' : '0',
      tail: options.tail === undefined ? 'all' : String(options.tail),
      ...(options.since === undefined ? {} : { since: String(options.since / 1000) }),
    });
    await http.stream(
      'GET',
      `/containers/${encodeURIComponent(container)}/logs?${query}`,
      undefined,
      (chunk) => {
        let pause: ReturnType<typeof onChunk>;
        for (const { stream, bytes } of frames.read(chunk)) pause = onChunk(stream, bytes) ?? pause;
        return pause;
      },
    );
  },
  events: (onEvent) =>
    new Promise((resolve, reject) => {
      const abort = { close: () => {} };
      http
        .upgrade('/project/events')
        .then((socket) => {
          abort.close = () => socket.destroy();
          socket.on('data', jsonLines(onEvent));
          socket.on('error', () => {});
          resolve(abort);
        })
        .catch(reject);
    }),
  exec: async (container, request) => {
    const { Id } = await http.json<{ Id: string }>(
      'POST',
      `/containers/${encodeURIComponent(container)}/exec`,
      request,
    );
    const start = { Detach: request.Detach, Tty: request.Tty };
    if (request.Detach) {
      await http.json('POST', `/exec/${Id}/start`, start);
      return detached(Id);
    }
    const socket = await http.upgrade(`/exec/${Id}/start`, start);
    return sessionOver(
      http,
      `/exec/${Id}`,
      Id,
      socket,
      request.Tty,
      http.json<Status>('POST', `/exec/${Id}/wait`),
    );
  },
  run: async (request, onEvent) => {
    let id = '';
    const note = (event: Event): void => {
      if (event.type === 'container.created') id = event.container;
      onEvent(event);
    };
    // The supervisor looks after nothing while the container waits for its start; an open call keeps it there.
    const hold = await http.upgrade('/project/events');
    hold.on('error', () => {}).resume();
    const exitCode = await eventCall(http, '/project/run', request, note);
    if (exitCode !== 0) throw new Ended(exitCode);
    const path = `/containers/${encodeURIComponent(id)}`;
    if (request.detach) {
      await http.json('POST', `${path}/start`);
      hold.destroy();
      return detached(id);
    }
    const socket = await http.upgrade(`${path}/attach?stream=1&stdin=1&stdout=1&stderr=1`);
    // Asked before the start, for a short command may be over, and removed, before the answer to the start is here.
    const status = http.json<Status>('POST', `${path}/wait?condition=next-exit`);
    status.catch(() => {});
    await http.json('POST', `${path}/start`);
    hold.destroy();
    return sessionOver(http, path, id, socket, request.tty, status);
  },
});

/** The call has ended with this exit status; what went wrong was said by its events. */
export class Ended extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`ended with ${exitCode}`);
    this.exitCode = exitCode;
  }
}

const eventCall = async (
  http: Http,
  path: string,
  body: unknown,
  onEvent: (event: Event) => void,
): Promise<number> => {
  let exitCode: number | undefined;
  let isLast = false;
  await http.stream(
    'POST',
    path,
    body,
    jsonLines<Event>((event) => {
      if (event.type === 'end') ({ exitCode, last: isLast } = event);
      onEvent(event);
    }),
    () => isLast,
  );
  if (exitCode === undefined)
    throw new Problem({
      severity: 'error',
      code: 'supervisor-lost',
      message: 'the supervisor broke off the call',
    });
  return exitCode;
};

const detached = (id: string): Session => ({
  id,
  stdin: process.stdout,
  onOutput: () => {},
  resize: async () => {},
  kill: async () => {},
  wait: async () => 0,
});

type Status = { readonly StatusCode: number };

const sessionOver = (
  http: Http,
  path: string,
  id: string,
  socket: Duplex,
  tty: boolean,
  status: Promise<Status>,
): Session => {
  const frames = new FrameReader();
  const listeners: ((stream: 'stdout' | 'stderr', chunk: Buffer) => void)[] = [];
  const over = new Promise<void>((resolve) => {
    socket.once('end', resolve);
    socket.once('close', resolve);
    socket.once('error', () => resolve());
  });
  const hear = (stream: 'stdout' | 'stderr', chunk: Buffer): void => {
    for (const listener of listeners) listener(stream, chunk);
  };
  return {
    id,
    stdin: socket,
    onOutput: (listener) => {
      listeners.push(listener);
      if (listeners.length > 1) return;
      socket.on('data', (chunk: Buffer) => {
        if (tty) hear('stdout', chunk);
        else for (const { stream, bytes } of frames.read(chunk)) hear(stream, bytes);
      });
    },
    resize: (columns, rows) => http.json('POST', `${path}/resize?w=${columns}&h=${rows}`),
    kill: (signal) => http.json('POST', `${path}/kill?signal=${signal}`),
    wait: async () => {
      const [{ StatusCode }] = await Promise.all([status, over]);
      return StatusCode;
    },
  };
};
