import type { Step } from '../program.ts';

/**
 * The container's half of a Program as the child executes it: rows of eleven 64-bit words in memory that the
 * supervisor shares with the child. Addresses are absolute, so the child maps it at ARENA_ADDRESS. The first word is
 * the address of the row where the child is; a stage that starts, at first or by execveat(2), goes on behind that row.
 *
 *   0 number · 1-6 arguments · 7 where else the result goes · 8 tolerated -errno · 9 bytes to skip then · 10 result
 */
export type Arena = {
  /** Good until the next arena is built: all of them are built in the same memory. */
  readonly bytes: Buffer;
  readonly steps: readonly Step[];
};

export const ROW_WORDS = 11;
export const ROW_BYTES = ROW_WORDS * 8;

/** Below 2^39, so that it exists under every page-table layout, and far from where programs and stacks are put. */
export const ARENA_ADDRESS = 0x10_0000_0000;

/** No system call returns it, so a row that still holds it was not reached. */
export const NOT_REACHED = -4096;

export const FIRST_ROW = 8;

export const rowOffset = (index: number): number => FIRST_ROW + index * ROW_BYTES;

/** Where in the arena a row's result stands. */
export const resultOffset = (index: number): number => rowOffset(index) + 80;

/** The row where the child is, by the arena's first word; -1 before the first. */
export const rowAt = (word: bigint): number => (Number(word) - ARENA_ADDRESS - FIRST_ROW) / ROW_BYTES;
