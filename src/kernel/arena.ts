import { encodeCall, type Values } from './encode.ts';
import { errnoNumber } from './errno.ts';
import { Memory } from './memory.ts';
import type { Call, Ref, Step } from './program.ts';
import { type Architecture, SYSCALLS } from './syscalls.ts';

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

const FIRST_ROW = 8;

/**
 * Encodes the container's steps. `descriptors` are what the process is born with, in the order of their numbers.
 * Data follow the rows.
 */
export const buildArena = (
  steps: readonly Step[],
  descriptors: readonly Ref[],
  architecture: Architecture,
): Arena => {
  memory.clear(steps.length);
  const links = new Links(steps, descriptors);
  const words: number[] = [];
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index]!;
    if (step.call === 'spawn') throw new TypeError('a container step cannot spawn');
    const row = rowOffset(index);
    memory.setWord(row, encodeCall(step, architecture, memory, links, words));
    for (let argument = 0; argument < words.length; argument++) {
      const word = words[argument]!;
      if (word !== 0) memory.setWord(row + 8 * (argument + 1), word);
    }
    if (step.tolerate) memory.setWord(row + 64, -errnoNumber(step.tolerate));
    if (step.skip) memory.setWord(row + 72, step.skip * ROW_BYTES);
    links.made(step);
  }
  return { bytes: memory.bytes(), steps };
};

const rowOffset = (index: number): number => FIRST_ROW + index * ROW_BYTES;

/** Where in the arena a row's result stands. */
export const resultOffset = (index: number): number => rowOffset(index) + 80;

/** The row where the child is, by the arena's first word; -1 before the first. */
export const rowAt = (word: bigint): number => (Number(word) - ARENA_ADDRESS - FIRST_ROW) / ROW_BYTES;

/** Leads the results of rows to the arguments of later ones. */
class Links implements Values {
  readonly #steps: readonly Step[];
  readonly #descriptors: readonly Ref[];
  /** Rows whose result nobody has taken yet. */
  readonly #makers = new Map<Ref, number>();
  readonly #written = new Set<Ref>();
  #row = 0;

  constructor(steps: readonly Step[], descriptors: readonly Ref[]) {
    this.#steps = steps;
    this.#descriptors = descriptors;
  }

  take(ref: Ref, argument: number): number {
    const born = this.#descriptors.indexOf(ref);
    if (born >= 0) return born;
    // An earlier call writes straight into this argument.
    if (this.#written.delete(ref)) return 0;
    // A result has one place to go; a descriptor that is needed twice is first moved to a fixed number with dup3.
    const maker = this.#makers.get(ref);
    if (maker === undefined) throw new TypeError(`${ref} must have one maker and one user`);
    this.#makers.delete(ref);
    memory.setWord(rowOffset(maker) + 56, ARENA_ADDRESS + rowOffset(this.#row) + 8 * (argument + 1));
    return 0;
  }

  place(ref: Ref): number {
    this.#written.add(ref);
    return ARENA_ADDRESS + argumentSlot(this.#steps, ref, this.#row);
  }

  pointTo(ref: Ref): number {
    const maker = this.#makers.get(ref);
    if (maker === undefined) throw new TypeError(`nothing makes ${ref}`);
    return ARENA_ADDRESS + resultOffset(maker);
  }

  /** This row is complete. */
  made({ as }: Step): void {
    if (as !== undefined) this.#makers.set(`$${as}`, this.#row);
    this.#row++;
  }
}

/** Where the argument of the later step that takes `ref` lies. */
const argumentSlot = (steps: readonly Step[], ref: Ref, after: number): number => {
  const user = steps.findIndex(
    (step, index) => index > after && step.call !== 'spawn' && step.args.includes(ref),
  );
  const step = steps[user];
  if (!step || step.call === 'spawn') throw new TypeError(`nothing takes ${ref}`);
  const position = parametersOf(step)[step.args.indexOf(ref)] ?? 0;
  return rowOffset(user) + 8 * (position + 1);
};

// Lengths are not written down in a step, so the n-th value is not always the n-th parameter.
const parametersOf = ({ call }: Call): readonly number[] =>
  SYSCALLS[call].params.flatMap((kind, position) => (kind === 'length' ? [] : [position]));

/** The memory of one arena after the other. */
class ArenaMemory extends Memory {
  #blank: Uint8Array = new Uint8Array();

  protected get address(): number {
    return ARENA_ADDRESS;
  }

  /** Begins anew, with rows that call nothing: the result stays in its row, and no error is tolerated. */
  clear(rows: number): void {
    this.empty();
    this.putZeros(FIRST_ROW);
    if (this.#blank.length < rows * ROW_BYTES) this.#blank = blankRows(rows);
    this.put(this.#blank.subarray(0, rows * ROW_BYTES));
    this.setWord(0, ARENA_ADDRESS + rowOffset(-1));
  }

  /** Whole words. */
  bytes(): Buffer {
    return this.buffer.subarray(0, (this.used + 7) & ~7);
  }

  protected makeRoom(bytes: number): void {
    const larger = Buffer.allocUnsafeSlow(((this.used + bytes) * 2 + 7) & ~7);
    larger.set(this.buffer.subarray(0, this.used));
    this.replace(larger);
  }
}

const memory = new ArenaMemory(65536);

const blankRows = (count: number): Uint8Array => {
  const words = new BigInt64Array(count * ROW_WORDS);
  for (let row = 0; row < count; row++) {
    words[row * ROW_WORDS + 7] = BigInt(ARENA_ADDRESS + resultOffset(row));
    words[row * ROW_WORDS + 8] = BigInt(NOT_REACHED);
    words[row * ROW_WORDS + 10] = BigInt(NOT_REACHED);
  }
  return new Uint8Array(words.buffer);
};
