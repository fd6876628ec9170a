import { closeSync, constants, openSync } from 'node:fs';
import type { StreamName } from '../../api/frames.ts';
import type { Readiness } from '../../kernel/ffi/readiness.ts';
import { pendingBytes } from '../../kernel/ffi/streams.ts';
import { complain } from '../supervisor/complain.ts';
import { LogStore } from './store.ts';

/**
 * Moves what a container prints from its FIFOs into its log files, and tells who follows. The log file is the only
 * position there is: a keeper that is killed is followed by one that goes on at the end of the file.
 */
export type LogKeeper = {
  /** Called after every piece that has been stored; returns how to stop. */
  readonly onGrowth: (listener: () => void) => () => void;
  /** Stores what is still in the pipes and lets go of them. */
  readonly end: () => void;
};

/** `fifos` is the directory with the FIFOs `stdout` and `stderr`, `log` the path that log files begin with. */
export const keepLogs = (readiness: Readiness, fifos: string, log: string): LogKeeper => {
  const listeners = new Set<() => void>();
  const grow = (): void => {
    for (const listener of listeners) listener();
  };
  const store = new LogStore(log);
  const pumps = STREAMS.map((stream) =>
    startPump(readiness, `${fifos}/${stream}`, (pipe) => {
      const count = store.move(pipe, stream);
      if (count) grow();
      return count;
    }),
  );
  return {
    onGrowth: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    end: () => {
      for (const end of pumps) end();
      store.close();
      grow();
    },
  };
};

const STREAMS: readonly StreamName[] = ['stdout', 'stderr'];

/** `move` says undefined when there is no space. Returns how to end it, when all that is still in the pipe has been moved. */
const startPump = (
  readiness: Readiness,
  fifo: string,
  move: (pipe: number) => number | undefined,
): (() => void) => {
  // fifo(7): opened for writing too, it has no end of file while the container starts or is between two writers.
  const pipe = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
  // One move for each time that it is readable: whoever prints without end takes turns with all others.
  // Where there is no space, output waits in the pipe, and its writer when that is full.
  let pause: NodeJS.Timeout | undefined;
  const resume = (): void =>
    readiness.watch(pipe, () => {
      if (move(pipe) !== undefined) return;
      readiness.forget(pipe);
      pause = setTimeout(resume, PAUSE);
    });
  resume();
  return () => {
    clearTimeout(pause);
    readiness.forget(pipe);
    for (let left = pendingBytes(pipe); left > 0; left = pendingBytes(pipe)) {
      if (move(pipe) !== undefined) continue;
      complain(`no space is left for ${left} bytes that were printed into ${fifo}: they are lost`);
      break;
    }
    closeSync(pipe);
  };
};

/** Milliseconds until the next look whether there is space. */
const PAUSE = 1000;
