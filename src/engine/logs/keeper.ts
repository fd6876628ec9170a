import { closeSync, constants, openSync } from 'node:fs';
import type { StreamName } from '../../api/frames.ts';
import type { Readiness } from '../../kernel/ffi/readiness.ts';
import { pendingBytes } from '../../kernel/ffi/streams.ts';
import { complain } from '../context/complain.ts';
import type { Parking } from './parking.ts';
import { type LogPlace, LogStore } from './store.ts';

/**
 * Moves a container's output from its FIFOs into its log files, and notifies the followers. The log file is the only
 * position: the next keeper continues at the end of the file, also after a kill.
 */
export type LogKeeper = {
  /** Called after every stored piece; returns a function that unsubscribes. */
  readonly onGrowth: (listener: () => void) => () => void;
  /** From now on, what is in the pipes outlives this supervisor and the container. */
  readonly park: (parking: Parking) => void;
  /** Stores the rest of the pipes and closes them. */
  readonly end: () => void;
};

/** `fifos` is the directory with the FIFOs `stdout` and `stderr`; `beginsRun` as that of `LogStore`. */
export const keepLogs = (
  readiness: Readiness,
  fifos: string,
  place: LogPlace,
  beginsRun = false,
): LogKeeper => {
  const listeners = new Set<() => void>();
  const grow = (): void => {
    for (const listener of listeners) listener();
  };
  const store = new LogStore(place, beginsRun);
  const pumps = STREAMS.map((stream) =>
    startPump(readiness, `${fifos}/${stream}`, (pipe) => {
      const count = store.move(pipe, stream);
      if (count) grow();
      return count;
    }),
  );
  let leave = (): void => {};
  return {
    onGrowth: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    park: (parking) => {
      leave = parking.park(pumps.map(({ pipe }) => pipe));
    },
    end: () => {
      leave();
      for (const { end } of pumps) end();
      store.close();
      grow();
    },
  };
};

const STREAMS: readonly StreamName[] = ['stdout', 'stderr'];

type Pump = {
  readonly pipe: number;
  /** Moves the rest of the pipe and closes it. */
  readonly end: () => void;
};

/** `move` returns undefined if the disk is full. */
const startPump = (readiness: Readiness, fifo: string, move: (pipe: number) => number | undefined): Pump => {
  // fifo(7): also opened for writing, so there is no end of file during the start or between two writers.
  const pipe = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
  // One move for each readable event: a container with endless output takes turns with all others. On a full disk,
  // output waits in the pipe, and a full pipe blocks its writer.
  let pause: NodeJS.Timeout | undefined;
  const resume = (): void =>
    readiness.watch(pipe, () => {
      if (move(pipe) !== undefined) return;
      readiness.forget(pipe);
      pause = setTimeout(resume, PAUSE);
    });
  resume();
  const end = (): void => {
    clearTimeout(pause);
    readiness.forget(pipe);
    for (let left = pendingBytes(pipe); left > 0; left = pendingBytes(pipe)) {
      if (move(pipe) !== undefined) continue;
      complain(`no space is left for ${left} bytes that were printed into ${fifo}: they are lost`);
      break;
    }
    closeSync(pipe);
  };
  return { pipe, end };
};

/** Milliseconds until the next check for space. */
const PAUSE = 1000;
