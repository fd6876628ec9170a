import type { Event } from '../../api/events.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Context } from '../command-context.ts';
import { exitStatusOf, type Interruption, interruptions } from '../interruptions.ts';
import { createReporter } from './reporter.ts';

/**
 * Makes a call and shows its events; diagnostics come last, when the terminal is quiet. `onIdle` runs if the plan of
 * the call is empty.
 */
export async function reported<T>(
  context: Pick<Context, 'progress' | 'messages'>,
  call: (onEvent: (event: Event) => void) => Promise<T>,
  onIdle = () => {},
): Promise<T> {
  const reporter = await createReporter(context);
  const diagnostics: Diagnostic[] = [];
  let isIdle = false;
  const release = interruptions.areHeard()
    ? () => {}
    : interruptions.listen((signal) => leave(context, signal));
  try {
    return await call((event) => {
      if (event.type === 'diagnostic') diagnostics.push(event.diagnostic);
      if (event.type === 'plan') isIdle = event.operations.length === 0;
      reporter.event(event);
    });
  } finally {
    release();
    await reporter.finish();
    context.messages.show(diagnostics);
    if (isIdle && diagnostics.length === 0) onIdle();
  }
}

/** Leaves the call to the supervisor, which finishes every operation that it has begun. */
function leave({ progress, messages }: Pick<Context, 'progress' | 'messages'>, signal: Interruption): never {
  // The tree hides the cursor while it draws.
  if (progress === 'tty') process.stderr.write('\u001b[?25h\n');
  messages.say('interrupted; the operation continues in the background; undo it with `tscompose down`');
  process.exit(exitStatusOf(signal));
}
