import type { Step } from '../program/program.ts';

/**
 * The container's steps of a Program, encoded for the child: rows of eleven 64-bit words in memory that the
 * supervisor shares with the child. Addresses are absolute, so the child maps it at ARENA_ADDRESS. The first word is
 * the address of the current row; a stage that starts, at first or by execveat(2), continues after that row. The second
 * word is the PID of the heir, see `heir.ts`.
 *
 *   0 number · 1-6 arguments · 7 address for a copy of the result · 8 tolerated -errno · 9 bytes to skip · 10 result
 */
export type Arena = {
  /** Valid until the next arena is built, because all arenas are built in the same memory. */
  readonly bytes: Buffer;
  readonly steps: readonly Step[];
};

export const ROW_WORDS = 11;
export const ROW_BYTES = ROW_WORDS * 8;

/** Below 2^39, so that it is valid with every page table layout, and far from programs and stacks. */
export const ARENA_ADDRESS = 0x10_0000_0000;

/** The stage maps this much of it. */
export const ARENA_BYTES = 1 << 24;

/** Results of system calls are never below -4095, so a row with this value was not executed. */
export const NOT_REACHED = -4096;

/** A clone with CLONE_PARENT_SETTID writes the PID of the heir here, in the PID namespace of the supervisor. */
export const HEIR_OFFSET = 8;

/** The address at which the beginning of the arena is mapped again for that, aligned to pages of any size. */
export const HEIR_ADDRESS = ARENA_ADDRESS - (1 << 20);
export const HEIR_BYTES = 4096;

export const FIRST_ROW = 16;

export const rowOffset = (index: number): number => FIRST_ROW + index * ROW_BYTES;

/** The offset of a row's result in the arena. */
export const resultOffset = (index: number): number => rowOffset(index) + 80;

/** The current row, from the arena's first word; -1 before the first row. */
export const rowAt = (word: bigint): number => (Number(word) - ARENA_ADDRESS - FIRST_ROW) / ROW_BYTES;
