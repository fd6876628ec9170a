import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { Queue } from '../../src/base/queue.ts';

test('so many run at once, the others in the order in which they came; one that fails makes room too', async (t) => {
  const queue = new Queue(2);
  const began: number[] = [];
  const ends: (() => void)[] = [];
  const tasks = [0, 1, 2, 3].map((number) =>
    queue.run(async () => {
      began.push(number);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (number === 0) throw new Error('fails');
      return number;
    }),
  );
  const results = Promise.allSettled(tasks);
  await setImmediate();
  t.deepEqual(began, [0, 1]);
  ends[0]!();
  await setImmediate();
  t.deepEqual(began, [0, 1, 2]);
  ends[1]!();
  await setImmediate();
  t.deepEqual(began, [0, 1, 2, 3]);
  for (const end of ends) end();
  t.deepEqual(
    (await results).map(({ status }) => status),
    ['rejected', 'fulfilled', 'fulfilled', 'fulfilled'],
  );
});
