import { closeSync, readSync, writeSync } from 'node:fs';
import { type Arena, NOT_REACHED, resultOffset, rowAt } from './arena/layout.ts';
import { errnoNumber } from './errno.ts';
import { eventfd, memfd, pipe } from './ffi/descriptors.ts';
import type { Readiness } from './ffi/readiness.ts';

/**
 * The descriptors that the supervisor and a newborn process share: the arena with its rows; `$sync`, an eventfd on
 * which the process waits for its release; `$status`, a pipe. The process writes to it at its start, and its
 * execve(2) closes it.
 */
export type Gate = {
  readonly descriptors: Readonly<Record<GateRef, number>>;
  /** Closes the supervisor's copy of `$status`, so that only the process holds it open. */
  readonly handOver: () => void;
  /** Resolves when the process has made its execve(2) or has ended. */
  readonly over: Promise<void>;
  /** The row at which the process stopped, with its result; undefined when all rows are done. */
  readonly stoppedAt: () => Stop | undefined;
  readonly resultOf: (row: number) => number;
  /** Whether the call of a row was or may have been made: a process that is killed during a call leaves no result. */
  readonly mayBeMade: (row: number) => boolean;
  readonly close: () => void;
};

/** `thirdArgument` is the value at the time of the stop; an earlier row may have written it. */
export type Stop = { readonly row: number; readonly result: number; readonly thirdArgument: number };

export type GateRef = '$arena' | '$sync' | '$status';

export const openGate = (arena: Arena, readiness: Readiness): Gate => {
  const memory = memfd('tscompose');
  writeSync(memory, arena.bytes, 0, arena.bytes.length, 0);
  const sync = eventfd();
  const [reader, writer] = pipe();
  const open = new Set([memory, sync, reader, writer]);
  const close = (fd: number): void => {
    if (open.delete(fd)) closeSync(fd);
  };
  const over = new Promise<void>((resolve) => {
    readiness.watchHangup(reader, () => {
      readiness.forget(reader);
      resolve();
    });
  });
  return {
    descriptors: { $arena: memory, $sync: sync, $status: writer },
    handOver: () => close(writer),
    over,
    stoppedAt: () => stoppedAt(arena, memory),
    resultOf: (row) => Number(wordAt(memory, resultOffset(row))),
    mayBeMade: (row) => {
      const result = Number(wordAt(memory, resultOffset(row)));
      return result >= 0 || (result === NOT_REACHED && row === rowAt(wordAt(memory, 0)));
    },
    close: () => {
      readiness.forget(reader);
      for (const fd of open) close(fd);
    },
  };
};

const wordAt = (memory: number, offset: number): bigint => {
  const word = Buffer.alloc(8);
  readSync(memory, word, 0, 8, offset);
  return word.readBigInt64LE();
};

const stoppedAt = ({ steps }: Arena, memory: number): Stop | undefined => {
  const rows = Buffer.alloc(resultOffset(steps.length));
  readSync(memory, rows, 0, rows.length, 0);
  // A successful execveat(2) leaves no result in its row. All rows before the present one are done in any case.
  for (let row = Math.max(0, rowAt(rows.readBigInt64LE(0))); row < steps.length; row++) {
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
