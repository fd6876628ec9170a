import type { ChangeRequest } from '../api/calls/change.ts';
import type { Client } from '../api/client.ts';
import type { Context } from './command-context.ts';
import { exitStatusOf, type Interruption, interruptions } from './interruptions.ts';
import { reported } from './report/reported.ts';

/** Stops the containers of a foreground `up`: the first Ctrl-C stops them, the second kills them. */
export type Stopper = {
  readonly stop: () => void;
  /** The exit status for the signal that requested the end, if any. */
  readonly status: () => number | undefined;
  /** Resolves only if stopping fails, with its exit status. */
  readonly failed: Promise<number>;
  readonly release: () => void;
};

export function stopper(context: Context, client: Pick<Client, 'change'>, request: ChangeRequest): Stopper {
  let isStopping = false;
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
    if (!isStopping) change('stop');
    isStopping = true;
  };

  const release = interruptions.listen((signal, count) => {
    interruption ??= signal;
    if (count === 1) {
      context.messages.say('Gracefully stopping… press Ctrl+C again to force');
      stop();
    } else if (count === 2) {
      context.messages.say('Killing…');
      change('kill');
    } else process.exit(exitStatusOf(signal));
  });

  return { stop, status: () => interruption && exitStatusOf(interruption), failed, release };
}
