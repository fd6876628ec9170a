import {
  closeSync,
  constants,
  type FSWatcher,
  fstatSync,
  mkdirSync,
  openSync,
  watch,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { splice } from '../../kernel/ffi/streams.ts';
import { appendIndex, type LogFiles, logFiles, openIndex, type StreamName } from './files.ts';

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
export const keepLogs = (fifos: string, log: string): LogKeeper => {
  mkdirSync(dirname(log), { recursive: true, mode: 0o700 });
  const files = logFiles(log);
  const index = openIndex(files);
  const listeners = new Set<() => void>();
  const grow = (): void => {
    for (const listener of listeners) listener();
  };
  const pumps = (['stdout', 'stderr'] as const).map((stream) =>
    startPump(`${fifos}/${stream}`, files, stream, index, grow),
  );
  return {
    onGrowth: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    end: () => {
      for (const pump of pumps) pump.end();
      closeSync(index);
      grow();
    },
  };
};

const CHUNK = 1 << 20;

/** Milliseconds after which a writer that waits in the middle of a large write is noticed. */
const FULL_PIPE_CHECK = 100;

/** pipe(7): what a pipe holds; when that much came, more is likely to be waiting. */
const PIPE_SIZE = 1 << 16;

type Pump = { readonly end: () => void };

const startPump = (
  fifo: string,
  files: LogFiles,
  stream: StreamName,
  index: number,
  onGrowth: () => void,
): Pump => {
  // fifo(7): opened for writing too, it has no end of file while the container starts or is between two writers.
  const from = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
  const to = openSync(files[stream], constants.O_WRONLY | constants.O_CREAT, 0o600);
  let position = fstatSync(to).size;
  let again: NodeJS.Immediate | undefined;
  const drain = (): void => {
    let moved = 0;
    for (;;) {
      const count = splice(from, to, position, CHUNK);
      if (count <= 0) break;
      position += count;
      moved += count;
    }
    if (moved === 0) return;
    if (moved >= PIPE_SIZE) again = setImmediate(drain);
    appendIndex(index, { time: Date.now(), stream, end: position });
    onGrowth();
  };
  // inotify(7) reports writes to a FIFO by its path, so nothing has to poll or to block in a read.
  const watcher: FSWatcher = watch(fifo, drain);
  // It reports a write(2) when that is over, and one that is larger than the pipe is not over before somebody reads.
  const net = setInterval(drain, FULL_PIPE_CHECK);
  net.unref();
  drain();
  return {
    end: () => {
      watcher.close();
      clearInterval(net);
      clearImmediate(again);
      drain();
      closeSync(from);
      closeSync(to);
    },
  };
};

/** Stores output that does not come through FIFOs: that of a terminal. */
export const openLogWriter = (
  log: string,
): { readonly write: (bytes: Uint8Array) => void; readonly end: () => void } => {
  mkdirSync(dirname(log), { recursive: true, mode: 0o700 });
  const files = logFiles(log);
  const index = openIndex(files);
  const to = openSync(files.stdout, constants.O_WRONLY | constants.O_CREAT, 0o600);
  let position = fstatSync(to).size;
  return {
    write: (bytes) => {
      position += writeSync(to, bytes, 0, bytes.length, position);
      appendIndex(index, { time: Date.now(), stream: 'stdout', end: position });
    },
    end: () => {
      closeSync(to);
      closeSync(index);
    },
  };
};
