import { readSync } from 'node:fs';
import { errnoNumber } from '../program/errno.ts';
import type { Step } from '../program/program.ts';
import { NOT_REACHED, resultOffset, rowAt } from './layout.ts';

/** `thirdArgument` is the value at the time of the stop; an earlier row may have written it. */
export type Stop = { readonly row: number; readonly result: number; readonly thirdArgument: number };

/**
 * The row at which a process stopped, with its result; undefined when all rows are done. `first` is the first row that
 * the process can have made with this memory. Any content of the memory gives a row of the Program, not before `first`,
 * and NOT_REACHED or an errno.
 */
export const stopIn = (steps: readonly Step[], memory: number, first = 0): Stop | undefined => {
  const rows = Buffer.alloc(resultOffset(steps.length));
  readSync(memory, rows, 0, rows.length, 0);
  const current = rowAt(rows.readBigInt64LE(0));
  // A successful execveat(2) leaves no result in its row. All rows before the present one are done in any case.
  for (let row = Number.isInteger(current) ? Math.max(first, current) : first; row < steps.length; row++) {
    const { tolerate, skip = 0 } = steps[row]!;
    const result = rows.readInt32LE(resultOffset(row) + 4) * 2 ** 32 + rows.readUInt32LE(resultOffset(row));
    if (result >= 0 || result < NOT_REACHED) continue;
    if (!tolerate || result !== -errnoNumber(tolerate)) {
      return { row, result, thirdArgument: rows.readInt32LE(resultOffset(row) - 56) };
    }
    row += skip;
  }
  return undefined;
};
