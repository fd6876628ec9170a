import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Context } from '../command-context.ts';
import { Cancelled, exitStatusOf, interruptions } from '../terminal/interruptions.ts';
import { createPullReporter } from './pull-reporter.ts';
import type { TransferEvent } from './transfer.ts';

/**
 * Fetches or pushes images and shows the events of that; warnings come last. Ctrl-C and SIGTERM end it with `Cancelled`: what was
 * transferred stays for the next time.
 */
export async function pulled<Result>(
  context: Pick<Context, 'progress' | 'messages'>,
  isQuiet: boolean,
  work: (onEvent: (event: TransferEvent) => void, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const reporter = await createPullReporter(isQuiet ? 'quiet' : context.progress);
  const warnings: Diagnostic[] = [];
  const stop = new AbortController();
  const silence = interruptions.listen((signal, count) => {
    if (count > 1) process.exit(exitStatusOf(signal));
    stop.abort(new Error(signal));
  });
  try {
    return await work((event) => {
      if (event.kind === 'warning') warnings.push(event.warning);
      else reporter.event(event);
    }, stop.signal);
  } catch (error) {
    throw stop.signal.aborted ? new Cancelled() : error;
  } finally {
    silence();
    await reporter.finish();
    context.messages.show(warnings);
  }
}
