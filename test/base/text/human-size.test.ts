import test from 'ava';
import { humanSize } from '../../../src/base/text/human-size.ts';

test('sizes are written as Docker writes them', (t) => {
  const cases: readonly (readonly [bytes: number, text: string])[] = [
    [0, '0B'],
    [999, '999B'],
    [1000, '1kB'],
    [12_345, '12.35kB'],
    [4_096_000_000, '4.096GB'],
    [1.5e21, '1500EB'],
  ];
  for (const [bytes, text] of cases) t.is(humanSize(bytes), text);
  t.is(humanSize(123_456, 3), '123kB');
});
