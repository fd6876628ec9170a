import type { OnEvent } from '../../api/client.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Context } from '../command-context.ts';
import { exitStatusOf, type Interruption, interruptions, isHangUp } from '../terminal/interruptions.ts';
import { createReporter } from './reporter.ts';

/**
 * Makes a call and shows its events; diagnostics come last, when the terminal is quiet. `share` frees the terminal for
 * other output during the call. `onIdle` runs if the plan of the call is empty, `beforeShow` before diagnostics are
 * shown. Ctrl-C and SIGTERM cancel the call, unless another part of the CLI listens to them.
 */
export async function reported<T>(
  context: Pick<Context, 'progress' | 'messages' | 'dryRun'>,
  call: (onEvent: OnEvent, signal: AbortSignal, share: () => Promise<void>) => Promise<T>,
  onIdle = () => {},
  beforeShow: (diagnostics: readonly Diagnostic[]) => Promise<void> = async () => {},
): Promise<T> {
  const reporter = await createReporter(context);
  const diagnostics: Diagnostic[] = [];
  const controller = new AbortController();
  let isIdle = false;
  const release = interruptions.areHeard() ? () => {} : cancelOnRequest(context, controller);
  try {
    const onEvent: OnEvent = (event) => {
      if (event.type === 'diagnostic') diagnostics.push(event.diagnostic);
      if (event.type === 'plan') isIdle = event.operations.length === 0;
      reporter.event(event);
    };
    return await call(onEvent, controller.signal, async () => reporter.share?.());
  } finally {
    release();
    await reporter.finish();
    await beforeShow(diagnostics);
    context.messages.show(diagnostics);
    if (isIdle && diagnostics.length === 0) onIdle();
  }
}

function cancelOnRequest(context: Pick<Context, 'progress' | 'messages'>, call: AbortController): () => void {
  return interruptions.listen((signal, count) => {
    // A lost connection must not take back what was asked for.
    if (count > 1 || isHangUp(signal)) leave(context, signal);
    context.messages.say('Cancelling… press Ctrl+C again to leave it to the background');
    call.abort();
  });
}

/** Leaves the call to the supervisor, which finishes it. */
export function leave(
  { progress, messages }: Pick<Context, 'progress' | 'messages'>,
  signal: Interruption,
): never {
  // The tree hides the cursor while it draws.
  if (progress === 'tty') process.stderr.write('\u001b[?25h\n');
  messages.say('interrupted; the operation continues in the background');
  process.exit(exitStatusOf(signal));
}
