import type { ChangeRequest } from '../api/calls/change.ts';
import type { Client } from '../api/client.ts';
import type { Context } from './command-context.ts';
import { exitStatusOf, type Interruption, interruptions } from './interruptions.ts';
import { reported } from './report/reported.ts';

/** Stops what a foreground `up` runs: at the first Ctrl-C in peace, at the second by force. */
export type Stopper = {
  readonly stop: () => void;
  /** The exit status for whatever asked for the end, if anything did. */
  readonly status: () => number | undefined;
  /** Resolves only when stopping did not work, with the exit status of that. */
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
  // An `up` that fails does not look at it any more.
  failed.catch(() => {});

  // The containers go on writing, so a tree would be torn apart.
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
