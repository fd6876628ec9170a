import { constants } from 'node:os';
import { CANCELLED } from '../../api/events.ts';

export type Interruption = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGPIPE';

type Listener = (signal: Interruption, count: number) => void;

let listener: Listener | undefined;
let count = 0;
let first: Interruption | undefined;

const interrupt = (signal: Interruption) => {
  // A closed terminal is a signal and an error of each stream: one request, and never a second one.
  if (count > 0 && isHangUp(signal)) return;
  count++;
  first ??= signal;
  if (listener) listener(signal, count);
  else process.exit(exitStatusOf(signal));
};

let onClosedOutput = interrupt;

/** Requests to end this process: three signals, and a closed pipe of the output. */
export const interruptions = {
  /** Passes requests to end to the listener until the returned function is called. */
  listen(heard: Listener): () => void {
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    listener = heard;
    count = 0;
    for (const signal of signals) process.on(signal, interrupt);
    return () => {
      listener = undefined;
      for (const signal of signals) process.off(signal, interrupt);
    };
  },

  /** Whether a listener is set. */
  areHeard: (): boolean => listener !== undefined,

  /** The exit status of a call: that of the first request to end if the call was cancelled. */
  statusOf: (exitCode: number): number => (exitCode === CANCELLED && first ? exitStatusOf(first) : exitCode),

  /** Replaces the reaction to a closed output, which is that to a signal, until the returned function is called. */
  listenForClosedOutput(heard: () => void): () => void {
    onClosedOutput = heard;
    return () => {
      onClosedOutput = interrupt;
    };
  },

  /** Node ignores SIGPIPE, so a closed pipe is an error of the stream, and a closed terminal is EIO. */
  watchOutput(): void {
    process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (code !== 'EPIPE' && code !== 'EIO') {
        process.stderr.write(`error: cannot write the output: ${message}\n`);
        process.exit(1);
      }
      onClosedOutput(code === 'EIO' ? 'SIGHUP' : 'SIGPIPE');
    });
    process.stderr.on('error', () => {});
  },
};

/** A command that was ended by a request to end has the exit status of the request. */
export class Cancelled extends Error {}

/** The terminal or the reader is gone: a second request cannot come. */
export function isHangUp(signal: Interruption): boolean {
  return signal === 'SIGHUP' || signal === 'SIGPIPE';
}

/** The exit status that a shell shows for a process ended by the signal. */
export function exitStatusOf(signal: Interruption): number {
  return 128 + constants.signals[signal];
}
