import type { ChangeRequest } from '../../api/calls/change.ts';
import type { Client } from '../../api/client.ts';
import type { Context } from '../command-context.ts';
import { leave, reported } from '../report/reported.ts';
import { exitStatusOf, type Interruption, interruptions } from '../terminal/interruptions.ts';

/**
 * Ends a foreground `up`. While it starts containers, Ctrl-C cancels it; afterwards the first Ctrl-C stops its
 * containers, and the second kills them.
 */
export type Stopper = {
  /** Aborted by a request to end before `started`. */
  readonly signal: AbortSignal;
  /** The containers run now; stops them if their end was requested meanwhile. */
  readonly started: () => void;
  /** Stops the containers, after `started`. */
  readonly stop: () => void;
  /** The exit status for the signal that requested the end, if any. */
  readonly status: () => number | undefined;
  /** Resolves only if stopping fails, with its exit status. */
  readonly failed: Promise<number>;
  readonly release: () => void;
};

export function stopper(context: Context, client: Pick<Client, 'change'>, request: ChangeRequest): Stopper {
  const starting = new AbortController();
  let hasStarted = false;
  let isEndWanted = false;
  let interruption: Interruption | undefined;
  let resolve: (exitCode: number) => void;
  let reject: (error: unknown) => void;
  const failed = new Promise<number>((...settle) => {
    [resolve, reject] = settle;
  });
  // After a failed `up`, nothing awaits this promise.
  failed.catch(() => {});

  // The containers continue to write, which would break a tree into pieces.
  const progress = context.progress === 'tty' ? 'plain' : context.progress;
  const change = (verb: 'stop' | 'kill') => {
    reported({ ...context, progress }, (onEvent) => client.change(verb, request, onEvent)).then(
      (exitCode) => {
        if (exitCode !== 0) resolve(exitCode);
      },
      reject,
    );
  };

  const stop = () => {
    if (hasStarted && !isEndWanted) change('stop');
    isEndWanted = true;
  };

  const release = interruptions.listen((signal, count) => {
    interruption ??= signal;
    if (count === 1) {
      context.messages.say('Gracefully stopping… press Ctrl+C again to force');
      starting.abort();
      stop();
    } else if (!hasStarted) {
      leave(context, signal);
    } else if (count === 2) {
      context.messages.say('Killing…');
      change('kill');
    } else process.exit(exitStatusOf(signal));
  });

  const started = () => {
    hasStarted = true;
    if (isEndWanted) change('stop');
  };

  return {
    signal: starting.signal,
    started,
    stop,
    status: () => interruption && exitStatusOf(interruption),
    failed,
    release,
  };
}
