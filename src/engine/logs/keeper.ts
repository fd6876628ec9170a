import { closeSync, constants, openSync } from 'node:fs';
import type { StreamName } from '../../api/frames.ts';
import type { Readiness } from '../../kernel/ffi/readiness.ts';
import { pendingBytes } from '../../kernel/ffi/streams.ts';
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
      if (store.move(pipe, stream)) grow();
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

/** Returns how to end it, when all that is still in the pipe has been moved. */
const startPump = (readiness: Readiness, fifo: string, move: (pipe: number) => void): (() => void) => {
  // fifo(7): opened for writing too, it has no end of file while the container starts or is between two writers.
  const pipe = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
  // One move for each time that it is readable: whoever prints without end takes turns with all others.
  readiness.watch(pipe, () => move(pipe));
  return () => {
    readiness.forget(pipe);
    while (pendingBytes(pipe) > 0) move(pipe);
    closeSync(pipe);
  };
};
