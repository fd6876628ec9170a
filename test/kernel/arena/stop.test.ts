import { randomBytes } from 'node:crypto';
import { closeSync, writeSync } from 'node:fs';
import test from 'ava';
import { ARENA_ADDRESS, NOT_REACHED, resultOffset, rowOffset } from '../../../src/kernel/arena/layout.ts';
import { stopIn } from '../../../src/kernel/arena/stop.ts';
import { memfd } from '../../../src/kernel/ffi/descriptors.ts';
import { call, inside } from '../../../src/kernel/program/program.ts';

const steps = Array.from({ length: 5 }, () => inside('any', call('umask', 0)));

/** Memory with this address in the first word, and these results of the rows. */
const stopWith = (current: bigint, results: readonly bigint[], first?: number) => {
  const bytes = Buffer.alloc(resultOffset(steps.length));
  bytes.writeBigInt64LE(current);
  for (const [row, result] of results.entries()) bytes.writeBigInt64LE(result, resultOffset(row));
  return stopOf(bytes, first);
};

const stopOf = (bytes: Uint8Array, first?: number) => {
  const memory = memfd('test');
  try {
    writeSync(memory, bytes);
    return stopIn(steps, memory, first);
  } finally {
    closeSync(memory);
  }
};

const at = (row: number): bigint => BigInt(ARENA_ADDRESS + rowOffset(row));
const NEVER = BigInt(NOT_REACHED);

test('the first row without a success is the stop', (t) => {
  t.like(stopWith(at(2), [0n, 0n, -2n, NEVER, NEVER]), { row: 2, result: -2 });
  t.is(stopWith(at(4), [0n, 0n, 0n, 0n, 0n]), undefined);
});

test('a container that writes to the memory can name no row outside of its part, and nothing but an errno', (t) => {
  // Red without: the bounds in stop.ts.
  for (const current of [at(-5), at(0), at(2) + 1n, -1n, 2n ** 62n, -(2n ** 63n)])
    t.true((stopWith(current, [-1n, -1n, -1n, -1n, -1n], 3)?.row ?? 3) >= 3, String(current));
  for (let round = 0; round < 200; round++) {
    const stop = stopOf(randomBytes(resultOffset(steps.length)), 2) ?? { row: 2, result: -1 };
    t.true(Number.isInteger(stop.row) && stop.row >= 2 && stop.row < steps.length);
    t.true(Number.isInteger(stop.result) && stop.result < 0 && stop.result >= NOT_REACHED);
  }
  t.is(stopOf(new Uint8Array()), undefined, 'cut off');
});
