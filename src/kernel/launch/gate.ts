import { closeSync, readSync, writeSync } from 'node:fs';
import { isExposure } from '../arena/heir.ts';
import { type Arena, HEIR_OFFSET, NOT_REACHED, resultOffset, rowAt } from '../arena/layout.ts';
import { type Stop, stopIn } from '../arena/stop.ts';
import { eventfd, memfd, pipe } from '../ffi/descriptors.ts';
import type { Readiness } from '../ffi/readiness.ts';

/**
 * The descriptors that the supervisor and a newborn process share: the arena with its rows; `$sync`, an eventfd on
 * which the process waits for its release; `$status`, a pipe. The process writes to it at its start, and its
 * execve(2) closes it. `$exposed` is a copy of the arena for an heir.
 */
export type Gate = {
  readonly descriptors: Readonly<Partial<Record<GateRef, number>>>;
  /** Closes the supervisor's copy of `$status`, so that only the process holds it open. */
  readonly handOver: () => void;
  /** Resolves when the process has made its execve(2) or has ended. */
  readonly over: Promise<void>;
  /** The row at which the process stopped, with its result; undefined when all rows are done. */
  readonly stoppedAt: () => Stop | undefined;
  /** The PID of the heir; 0 if there is none. */
  readonly heir: () => number;
  /** Whether the call of a row was or may have been made: a process that is killed during a call leaves no result. */
  readonly mayBeMade: (row: number) => boolean;
  /** The errno with which the call of a row has failed; undefined if it has not. */
  readonly errnoOf: (row: number) => number | undefined;
  readonly close: () => void;
};

export type GateRef = '$arena' | '$sync' | '$status' | '$exposed';

export const openGate = (arena: Arena, readiness: Readiness, hasHeir: boolean): Gate => {
  const memory = memoryOf(arena);
  const exposed = hasHeir ? memoryOf(arena) : undefined;
  const sync = eventfd();
  const [reader, writer] = pipe();
  const open = new Set([memory, sync, reader, writer, ...(exposed === undefined ? [] : [exposed])]);
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
    descriptors: {
      $arena: memory,
      $sync: sync,
      $status: writer,
      ...(exposed === undefined ? {} : { $exposed: exposed }),
    },
    handOver: () => close(writer),
    over,
    stoppedAt: () => stoppedAt(arena, memory, exposed),
    heir: () => Number(wordAt(memory, HEIR_OFFSET)),
    mayBeMade: (row) => {
      const result = Number(wordAt(memory, resultOffset(row)));
      return result >= 0 || (result === NOT_REACHED && row === rowAt(wordAt(memory, 0)));
    },
    errnoOf: (row) => {
      const result = Number(wordAt(memory, resultOffset(row)));
      return result < 0 && result > NOT_REACHED ? -result : undefined;
    },
    close: () => {
      readiness.forget(reader);
      for (const fd of open) close(fd);
    },
  };
};

const memoryOf = ({ bytes }: Arena): number => {
  const memory = memfd('tscompose');
  writeSync(memory, bytes, 0, bytes.length, 0);
  return memory;
};

const wordAt = (memory: number, offset: number): bigint => {
  const word = Buffer.alloc(8);
  readSync(memory, word, 0, 8, offset);
  return word.readBigInt64LE();
};

const stoppedAt = ({ steps }: Arena, memory: number, exposed: number | undefined): Stop | undefined => {
  const stop = stopIn(steps, memory);
  const isExposed = stop?.result === NOT_REACHED && isExposure(steps[stop.row]!);
  return isExposed && exposed !== undefined ? stopIn(steps, exposed, stop.row) : stop;
};
