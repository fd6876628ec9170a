import { CANCELLED } from '../../api/events.ts';
import { interruptions } from './interruptions.ts';

/** Resolves with the exit status of work that the first Ctrl-C or SIGTERM ends by its signal. */
export async function untilInterrupted(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const stop = new AbortController();
  const silence = interruptions.listen((signal) => stop.abort(new Error(signal)));
  try {
    return await work(stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    return interruptions.statusOf(CANCELLED);
  } finally {
    silence();
  }
}
