import { constants } from 'node:os';

export type Interruption = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGPIPE';

type Listener = (signal: Interruption, count: number) => void;

let listener: Listener | undefined;
let count = 0;

const interrupt = (signal: Interruption) => {
  count++;
  if (listener) listener(signal, count);
  else process.exit(exitStatusOf(signal));
};

/** What asks this process to end: three signals, and a reader of our output that went away. */
export const interruptions = {
  /** Until the returned function is called, a request to end is the listener's business. */
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

  /** Whether somebody is listening. */
  areHeard: (): boolean => listener !== undefined,

  /** Node ignores SIGPIPE, so a closed pipe comes back as an error of the stream; a closed terminal as EIO. */
  watchOutput(): void {
    process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (code !== 'EPIPE' && code !== 'EIO') {
        process.stderr.write(`error: cannot write the output: ${message}\n`);
        process.exit(1);
      }
      // Every further line fails as well; that is no second request.
      if (count === 0) interrupt('SIGPIPE');
    });
    process.stderr.on('error', () => {});
  },
};

/** What a shell shows for a process that the signal has ended. */
export function exitStatusOf(signal: Interruption): number {
  return 128 + constants.signals[signal];
}
