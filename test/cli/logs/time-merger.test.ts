import test from 'ava';
import { timeMerger } from '../../../src/cli/logs/time-merger.ts';

const FOREVER = Number.POSITIVE_INFINITY;

test('many lines of two sources, one after the other, come in the order of time', async (t) => {
  const COUNT = 150_000;
  const merger = timeMerger(FOREVER);
  let [last, emitted] = ['', 0];
  const [even, odd] = [merger.open(), merger.open()];
  const push = (source: typeof even, number: number): void => {
    const time = String(number).padStart(8, '0');
    const emit = (): void => {
      if (time > last) emitted++;
      last = time;
    };
    void source.push({ time, bytes: 1, emit });
  };
  for (let number = 0; number < COUNT; number++) push(even, 2 * number);
  for (let number = 0; number < COUNT; number++) push(odd, 2 * number + 1);
  await Promise.all([even.end(), odd.end()]);
  t.is(emitted, 2 * COUNT);
});

test('of a thousand sources each line is compared with a few others, not with all', async (t) => {
  const merger = timeMerger(FOREVER);
  const sources = Array.from({ length: 1000 }, () => merger.open());
  let compared = 0;
  let text = '';
  const item = (time: number) => ({
    get time(): string {
      compared++;
      return String(time).padStart(5, '0');
    },
    bytes: 1,
    emit: () => {
      text += `${time} `;
    },
  });
  for (const [index, source] of sources.entries()) void source.push(item(9000 - index));
  for (const [index, source] of sources.entries()) void source.push(item(9001 + index));
  await Promise.all(sources.map((source) => source.end()));
  const numbers = text.trim().split(' ').map(Number);
  t.is(numbers.length, 2000);
  t.deepEqual(numbers.slice(0, 3), [8001, 8002, 8003]);
  t.true(compared < 2000 * 60, `${compared} looks at a time`);
});

test('a source that is far ahead of another one is held back until that one has come', async (t) => {
  const merger = timeMerger(FOREVER);
  const [fast, slow] = [merger.open(), merger.open()];
  const line = (time: string) => ({ time, bytes: 1 << 20, emit: () => {} });
  let pause: Promise<void> | undefined;
  let pushed = 0;
  for (; !pause && pushed < 1000; pushed++) pause = fast.push(line('1'));
  t.true(pushed < 20, `${pushed} MB wait`);
  let hasGoneOn = false;
  void pause!.then(() => {
    hasGoneOn = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  t.false(hasGoneOn);
  void slow.push(line('2'));
  await pause;
  await Promise.all([fast.end(), slow.end()]);
});
