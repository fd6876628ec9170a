import { setTimeout as sleep } from 'node:timers/promises';
import { patience } from '../../patience.ts';

/** Waits for a state to be observed: the condition's first value that is neither undefined nor false. */
export async function eventually<Value>(
  what: string,
  condition: () => Value | Promise<Value>,
  seconds = 30,
): Promise<Exclude<Value, undefined | false>> {
  const deadline = Date.now() + seconds * 1000 * patience;
  for (;;) {
    let problem = 'the condition does not hold';
    try {
      const value = await condition();
      if (value !== undefined && value !== false) return value as Exclude<Value, undefined | false>;
    } catch (error) {
      problem = (error as Error).message;
    }
    if (Date.now() > deadline) throw new Error(`${what}: not after ${seconds * patience} s\n${problem}`);
    // On a machine that is slow, asking takes the time from what is waited for.
    await sleep(patience > 1 ? 100 : 25);
  }
}
