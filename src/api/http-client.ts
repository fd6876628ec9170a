import type { Duplex } from 'node:stream';
import { Problem } from '../base/diagnostic.ts';
import type { Asked, Call } from './call.ts';
import { changes } from './calls/change.ts';
import {
  type ExitStatus,
  killContainer,
  listContainers,
  pauseContainer,
  resizeContainer,
  startContainer,
  topContainer,
  unpauseContainer,
  waitContainer,
} from './calls/containers.ts';
import { createExec, killExec, resizeExec, startExec, waitExec } from './calls/exec.ts';
import { attachContainer, readLogs } from './calls/output.ts';
import { cancel, settle, watchProject } from './calls/project.ts';
import { type RunRequest, run } from './calls/run.ts';
import { up } from './calls/up.ts';
import type { Client, OnEvent, Session } from './client.ts';
import { CANCELLED, type Event } from './events.ts';
import { FrameReader } from './frames.ts';
import type { Http } from './http.ts';
import { jsonLines } from './json-lines.ts';

/** The control API as functions. */
export const clientOver = (http: Http): Client => ({
  up: (body, onEvent, signal) => eventCall(http, up, { body }, onEvent, signal),
  change: (verb, body, onEvent, signal) => eventCall(http, changes[verb], { body }, onEvent, signal),
  settled: async () => {
    await eventCall(http, settle, {}, () => {});
  },
  containers: (all) => http.json(listContainers, { query: { all } }),
  wait: async (id) => (await http.json(waitContainer, { params: { id } })).StatusCode,
  pause: async (id) => {
    await http.json(pauseContainer, { params: { id } });
  },
  unpause: async (id) => {
    await http.json(unpauseContainer, { params: { id } });
  },
  top: (id) => http.json(topContainer, { params: { id } }),
  logs: async (id, query, onChunk, onMark) => {
    const frames = new FrameReader();
    const asked = { params: { id }, query: { ...query, ...(onMark && { marks: true }) } };
    await http.stream(readLogs, asked, (chunk) => {
      let pause: ReturnType<typeof onChunk>;
      for (const { stream, bytes } of frames.read(chunk))
        if (stream === 'mark') onMark?.(bytes.toString('latin1'));
        else pause = onChunk(stream, bytes) ?? pause;
      return pause;
    });
  },
  events: async (onEvent) => {
    let socket: Duplex;
    let isClosed = false;
    let last = Number(process.hrtime.bigint());
    const hear = (event: Event): void => {
      if ('at' in event && event.at !== undefined) last = event.at;
      onEvent(event);
    };
    const open = async (after?: number): Promise<void> => {
      socket = await http.upgrade(watchProject, after === undefined ? {} : { query: { after } });
      socket.on('data', jsonLines(hear));
      socket.on('error', () => {});
      // An open call keeps a supervisor: this one was killed.
      socket.once('close', () => {
        if (!isClosed) void open(last).catch(() => {});
      });
      if (isClosed) socket.destroy();
    };
    await open();
    return {
      close: () => {
        isClosed = true;
        socket.destroy();
      },
    };
  },
  exec: async (container, request, { detach }) => {
    const { Id: id } = await http.json(createExec, { params: { id: container }, body: request });
    const params = { id };
    const tty = request.Tty ?? false;
    const body = { Detach: detach, Tty: tty };
    if (detach) {
      await http.json(startExec, { params, body });
      return detached(id);
    }
    const socket = await http.upgrade(startExec, { params, body });
    return sessionOver(http, EXEC, id, socket, tty, http.json(waitExec, { params }));
  },
  run: async (request, onEvent, signal) => {
    // Before the start, the supervisor has nothing to supervise; an open call keeps it running.
    const hold = await http.upgrade(watchProject, {});
    hold.on('error', () => {}).resume();
    try {
      return await runHeld(http, request, onEvent, signal);
    } finally {
      hold.destroy();
    }
  },
});

const runHeld = async (
  http: Http,
  request: RunRequest,
  onEvent: OnEvent,
  signal?: AbortSignal,
): Promise<Session> => {
  let id = '';
  const note = (event: Event): void => {
    if (event.type === 'container.created') id = event.id;
    onEvent(event);
  };
  const exitCode = await eventCall(http, run, { body: request }, note, signal);
  if (exitCode !== 0 || request.dryRun) throw new Ended(exitCode);
  const params = { id };
  if (signal?.aborted) {
    // The supervisor removes a one-off whose caller leaves before the start.
    (await http.upgrade(attachContainer, { params })).destroy();
    throw new Ended(CANCELLED);
  }
  if (request.detach) {
    await http.json(startContainer, { params });
    return detached(id);
  }
  const socket = await http.upgrade(attachContainer, { params });
  // Requested before the start, because a short-lived container may be removed before the start is answered.
  const status = http.json(waitContainer, { params, query: { condition: 'next-exit' } });
  status.catch(() => {});
  await http.json(startContainer, { params });
  const session = sessionOver(http, CONTAINER, id, socket, request.tty, status);
  if (signal?.aborted) await session.kill('SIGINT');
  return session;
};

/** The call has ended with this exit status; its events have reported the failure. */
export class Ended extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`ended with ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/** Unique on this machine. */
const newCallId = (): string => `${process.pid}-${process.hrtime.bigint()}`;

const eventCall = async <C extends Call>(
  http: Http,
  call: C,
  asked: Asked<C>,
  onEvent: OnEvent,
  signal?: AbortSignal,
): Promise<number> => {
  if (signal?.aborted) return CANCELLED;
  const id = newCallId();
  const cancelCall = (): void => {
    // An error of the connection is that of the call itself.
    http.json(cancel, { params: { id } }).catch(() => {});
  };
  let exitCode: number | undefined;
  let isLast = false;
  await http.stream(
    call,
    (signal ? { ...asked, query: { ...asked.query, call: id } } : asked) as Asked<C>,
    jsonLines<Event>((event) => {
      if (event.type === 'end') ({ exitCode, last: isLast } = event);
      onEvent(event);
    }),
    {
      isLast: () => isLast,
      // The supervisor knows the call now.
      onAnswer: () => {
        if (signal?.aborted) cancelCall();
        else signal?.addEventListener('abort', cancelCall, { once: true });
      },
    },
  );
  signal?.removeEventListener('abort', cancelCall);
  if (exitCode === undefined)
    throw new Problem({
      severity: 'error',
      code: 'supervisor-lost',
      message: 'the supervisor closed the connection before the call ended',
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

/** The calls of a session: an exec or a container. */
const EXEC = { resize: resizeExec, kill: killExec };
const CONTAINER = { resize: resizeContainer, kill: killContainer };

const sessionOver = (
  http: Http,
  { resize, kill }: typeof EXEC | typeof CONTAINER,
  id: string,
  socket: Duplex,
  tty: boolean,
  status: Promise<ExitStatus>,
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
        else for (const { stream, bytes } of frames.read(chunk)) if (stream !== 'mark') hear(stream, bytes);
      });
    },
    resize: (columns, rows) => http.json(resize, { params: { id }, query: { w: columns, h: rows } }),
    kill: (signal) => http.json(kill, { params: { id }, query: { signal } }),
    wait: async () => {
      const [{ StatusCode }] = await Promise.all([status, over]);
      return StatusCode;
    },
  };
};
