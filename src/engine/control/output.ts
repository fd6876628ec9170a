import { PassThrough, type Writable } from 'node:stream';
import type { QueryOf } from '../../api/call.ts';
import type { readLogs } from '../../api/calls/output.ts';
import { frame } from '../../api/frames.ts';
import { LineAssembler, type LogPiece, LogReader } from '../logs/reader.ts';
import type { Context } from '../supervisor/context.ts';
import type { ContainerRecord } from '../supervisor/record/project-record.ts';
import type { Reply } from './reply.ts';

/** `GET /containers/{id}/logs`: line by line, each in a frame of its own. */
export const sendLogs = async (
  context: Context,
  { name }: ContainerRecord,
  query: QueryOf<typeof readLogs>,
  reply: Reply,
): Promise<void> => {
  const output = reply.stream('application/vnd.docker.multiplexed-stream');
  const reader = new LogReader(context.paths.container(name).log);
  const assembler = new LineAssembler();
  const withTime = query.timestamps ?? false;
  const since = query.since ?? 0;
  const send = ({ stream, bytes, time }: LogPiece): void => {
    if (time < since) return;
    output.write(
      frame(
        stream,
        withTime ? Buffer.concat([Buffer.from(`${new Date(time).toISOString()} `), bytes]) : bytes,
      ),
    );
  };
  const sendAll = (pieces: Iterable<LogPiece>): void => {
    for (const piece of pieces) for (const line of assembler.lines(piece)) send(line);
  };
  const { tail = Number.POSITIVE_INFINITY, follow: isFollowed = false } = query;
  const past = [...reader.pieces()].flatMap((piece) => [...assembler.lines(piece)]);
  const whole = isFollowed && context.running.has(name) ? past : [...past, ...assembler.rest()];
  for (const line of whole.slice(Math.max(0, whole.length - tail))) send(line);
  if (isFollowed) {
    await follow(context, name, output, () => sendAll(reader.pieces()));
    for (const line of assembler.rest()) send(line);
  }
  output.end();
};

/** `POST /containers/{id}/attach`: what is printed, as it comes, and what is typed. */
export const attachTo = async (
  context: Context,
  { name, definition }: ContainerRecord,
  reply: Reply,
): Promise<void> => {
  const type = definition.tty
    ? 'application/vnd.docker.raw-stream'
    : 'application/vnd.docker.multiplexed-stream';
  const socket = reply.upgrade(type);
  // What is typed before the start waits here; a connection that nobody reads would not be seen to close.
  const input = socket.pipe(new PassThrough());
  const reader = new LogReader(context.paths.container(name).log);
  reader.skip();
  const hasStarted = await startOf(context, name, socket);
  const running = context.running.get(name);
  input.on('data', (chunk: Buffer) => running?.stdin?.write(chunk));
  // A terminal has no end of its own: Ctrl-D is a character that goes through it.
  input.once('end', () => running?.terminal || running?.stdin?.end());
  const send = (): void => {
    for (const { stream, bytes } of reader.pieces())
      socket.write(definition.tty ? bytes : frame(stream, bytes));
  };
  if (hasStarted) {
    // It may have printed something, and even have ended, before the news of its start.
    send();
    await follow(context, name, socket, send);
  }
  socket.end();
};

/** Calls `onGrowth` whenever the container has printed something, until it or the listener is gone. */
const follow = (context: Context, name: string, listener: Writable, onGrowth: () => void): Promise<void> =>
  new Promise((resolve) => {
    const running = context.running.get(name);
    if (!running) {
      onGrowth();
      resolve();
      return;
    }
    const stop = running.logs?.onGrowth(onGrowth) ?? running.terminal?.onOutput(onGrowth) ?? (() => {});
    const finish = (): void => {
      stop();
      resolve();
    };
    listener.once('close', finish);
    void running.ended.then(() => {
      onGrowth();
      finish();
    });
  });

/**
 * Resolves when the container runs, with true also where it has ended by then; with false when it will not run any
 * more, because its start has failed or it was removed, or when the listener is gone.
 */
const startOf = (context: Context, name: string, listener: Writable): Promise<boolean> => {
  if (context.running.has(name)) return Promise.resolve(true);
  return new Promise((resolve) => {
    const finish = (hasStarted: boolean): void => {
      stop();
      resolve(hasStarted);
    };
    const stop = context.onEvent((event) => {
      if (!('container' in event) || event.container !== name || event.type === 'container.created') return;
      finish(event.type === 'container.started' || event.type === 'container.exited');
    });
    listener.once('close', () => finish(false));
  });
};
