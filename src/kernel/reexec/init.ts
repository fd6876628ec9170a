import { fstatSync } from 'node:fs';
import { ARENA_ADDRESS, FIRST_ROW, NOT_REACHED, ROW_WORDS } from '../arena/layout.ts';
import { mapShared, syscall } from '../ffi/libc.ts';

/** The position of `$arena` among the descriptors of every spawn. */
const ARENA_DESCRIPTOR = 3;

/**
 * The child's side of re-exec: it makes the calls of the arena one after the other. The last call is execve(2), so
 * nothing of Node stays in the container. With `init: true`, an execveat(2) of the stage comes first, and the stage
 * makes the remaining calls.
 */
export const init = (): never => {
  const memory = mapShared(ARENA_DESCRIPTOR, fstatSync(ARENA_DESCRIPTOR).size, ARENA_ADDRESS);
  const words = new BigInt64Array(memory);
  for (let row = FIRST_ROW / 8; ; row += ROW_WORDS) {
    words[0] = BigInt(ARENA_ADDRESS + row * 8);
    const [number = 0n, ...rest] = words.subarray(row, row + 10);
    const result = syscall(number, rest.slice(0, 6));
    words[row + 10] = BigInt(result);
    words[(Number(rest[6]) - ARENA_ADDRESS) / 8] = BigInt(result);
    if (result >= 0 || result <= NOT_REACHED) continue;
    if (BigInt(result) !== rest[7]) process.exit(1);
    row += Number(rest[8]) / 8;
  }
};
