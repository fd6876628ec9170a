import { fstatSync } from 'node:fs';
import { ARENA_ADDRESS, NOT_REACHED, ROW_WORDS } from '../arena.ts';
import { mapShared, syscall } from '../ffi/libc.ts';

/** The arena's number among the descriptors that every Program gives its process. */
const ARENA_DESCRIPTOR = 3;

/**
 * The child's side of re-exec: born as PID 1 of a new PID namespace, it makes the calls of the arena one after the
 * other. The last is execve(2), so nothing of Node stays in the container; it returns only when a call has failed.
 */
export const init = (): never => {
  const memory = mapShared(ARENA_DESCRIPTOR, fstatSync(ARENA_DESCRIPTOR).size, ARENA_ADDRESS);
  const words = new BigInt64Array(memory);
  const end = 1 + Number(words[0]) * ROW_WORDS;
  for (let row = 1; row < end; row += ROW_WORDS) {
    const [number = 0n, ...rest] = words.subarray(row, row + 10);
    const result = syscall(number, rest.slice(0, 6));
    words[row + 10] = BigInt(result);
    words[(Number(rest[6]) - ARENA_ADDRESS) / 8] = BigInt(result);
    if (result >= 0 || result <= NOT_REACHED) continue;
    if (BigInt(result) !== rest[7]) process.exit(1);
    row += Number(rest[8]) / 8;
  }
  process.exit(1);
};
