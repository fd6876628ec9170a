import { setTimeout as sleep } from 'node:timers/promises';
import { patience } from '../../patience.ts';

/** Waits for a state to be observed: the condition's first value that is neither undefined nor false. */
export async function eventually<Value>(
  what: string,
  condition: () => Value | Promise<Value>,
  seconds = 30,
): Promise<Exclude<Value, undefined | false>> {
  const began = Date.now();
  const deadline = began + seconds * 1000 * patience;
  for (;;) {
    let problem = 'the condition does not hold';
    try {
      const value = await condition();
      if (value !== undefined && value !== false) return value as Exclude<Value, undefined | false>;
    } catch (error) {
      problem = (error as Error).message;
    }
    if (Date.now() > deadline) throw new Error(`${what}: not after ${seconds * patience} s\n${problem}`);
    // Asking takes the time from what is waited for: the longer that has taken, the less often.
    await sleep(patience > 1 ? 100 : Math.min(200, Math.max(25, (Date.now() - began) / 10)));
  }
}
