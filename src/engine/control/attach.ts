import { type Duplex, PassThrough, type Readable } from 'node:stream';
import { frame } from '../../api/frames.ts';
import type { Context, Running } from '../context/context.ts';
import { logOf } from '../logs/log-of.ts';
import { LogReader } from '../logs/reader.ts';
import { endOfLog } from '../logs/start.ts';
import { dropUnstarted } from '../operations/one-off.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import { endAndDiscard } from '../streams/end-and-discard.ts';
import type { Reply } from './reply.ts';
import { whileRunning } from './while-running.ts';
import { writeAndDrain } from './write-and-drain.ts';

/** `POST /containers/{id}/attach`: the output as it is written, and the caller's input. */
export const attachTo = async (context: Context, container: ContainerRecord, reply: Reply): Promise<void> => {
  const { name, definition } = container;
  const { tty } = definition;
  const socket = reply.upgrade(`application/vnd.docker.${tty ? 'raw' : 'multiplexed'}-stream`);
  const log = context.logReaders.open(logOf(context, container).path);
  try {
    const start = endOfLog(log);
    // Input before the start waits here; the end of a connection is noticed only while it is read.
    const input = socket.pipe(new PassThrough());
    // unix(7): the end of the input may be that of the caller; a write, even of nothing, is an EPIPE then.
    socket.once('end', () => socket.writable && socket.write(NOTHING));
    if (!(await startOf(context, name, socket))) return dropUnstarted(context, name);
    // A short command may have ended already.
    const running = context.running.get(name);
    if (running) feed(input, running);
    const reader = new LogReader(log, start, 'pieces', ({ stream, bytes }) =>
      writeAndDrain(socket, tty ? bytes : frame(stream, bytes)),
    );
    await whileRunning(context, name, { listener: socket }, () => reader.read(() => socket.destroyed));
  } finally {
    log.close();
    endAndDiscard(socket);
  }
};

const NOTHING = Buffer.alloc(0);

/** Forwards the input no faster than the container reads it. */
const feed = (input: Readable, { stdin, terminal }: Running): void => {
  if (!stdin) return void input.resume();
  input.pipe(stdin, { end: false });
  // A terminal has no end of input: Ctrl-D is a character in it.
  input.once('end', () => terminal || stdin.end());
  stdin.once('close', () => input.resume());
};

/**
 * Resolves with true when the container runs or has run; with false when its start has failed, it was removed, or the
 * listener has disconnected.
 */
const startOf = (context: Context, name: string, listener: Duplex): Promise<boolean> => {
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
