import test from 'ava';
import { jsonLines } from '../../src/api/json-lines.ts';

test('values come whole, however their bytes arrive', (t) => {
  const text = Buffer.from('{"a":1}\n\n"grün"\n[2]\n3');
  for (let size = 1; size <= text.length; size++) {
    const values: unknown[] = [];
    const read = jsonLines((value) => values.push(value));
    for (let at = 0; at < text.length; at += size) read(text.subarray(at, at + size));
    t.deepEqual(values, [{ a: 1 }, 'grün', [2]], `${size} at a time`);
  }
});

// Joined again for each piece, these would be terabytes.
test('one long line in many pieces is joined once', (t) => {
  const piece = Buffer.alloc(64, 'x');
  const lengths: number[] = [];
  const read = jsonLines<string>((value) => lengths.push(value.length));
  read(Buffer.from('"'));
  for (let count = 0; count < 500_000; count++) read(piece);
  read(Buffer.from('"\n'));
  t.deepEqual(lengths, [32_000_000]);
});
