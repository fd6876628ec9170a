import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Event } from '../../engine/events.ts';
import type { Context } from '../context.ts';
import { createReporter } from './reporter.ts';

/**
 * Makes a call and shows its events; its diagnostics come last, for by then the terminal is quiet. `onIdle` is for
 * calls that find nothing to do.
 */
export async function reported<T>(
  context: Pick<Context, 'progress' | 'messages'>,
  call: (onEvent: (event: Event) => void) => Promise<T>,
  onIdle = () => {},
): Promise<T> {
  const reporter = await createReporter(context);
  const diagnostics: Diagnostic[] = [];
  let isIdle = false;
  try {
    return await call((event) => {
      if (event.type === 'diagnostic') diagnostics.push(event.diagnostic);
      if (event.type === 'plan') isIdle = event.operations.length === 0;
      reporter.event(event);
    });
  } finally {
    await reporter.finish();
    context.messages.show(diagnostics);
    if (isIdle && diagnostics.length === 0) onIdle();
  }
}
