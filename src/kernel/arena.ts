import { encodeCall, setWord64 } from './encode.ts';
import { errnoNumber } from './errno.ts';
import type { Call, Ref, Step } from './program.ts';
import { type Architecture, SYSCALLS } from './syscalls.ts';

/**
 * The container's half of a Program as the child executes it: rows of eleven 64-bit words in memory that the
 * supervisor shares with the child. Addresses are absolute, so the child maps it at ARENA_ADDRESS.
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
 * The first word holds the number of rows; data follow the rows.
 */
export const buildArena = (
  steps: readonly Step[],
  descriptors: readonly Ref[],
  architecture: Architecture,
): Arena => {
  memory.clear(FIRST_ROW + steps.length * ROW_BYTES);
  memory.setWord(0, steps.length);
  for (const [index, step] of steps.entries()) {
    if (step.call === 'spawn') throw new TypeError('a container step cannot spawn');
    const row = rowOffset(index);
    memory.setWord(row + 56, ARENA_ADDRESS + row + 80);
    const { number, words } = encodeCall(step, architecture, memory.put, (ref, use) => {
      const born = descriptors.indexOf(ref);
      if (born >= 0) return born;
      if ('address' in use) return ARENA_ADDRESS + argumentSlot(steps, ref, index);
      link(steps, ref, index, row + 8 * (use.argument + 1));
      return 0;
    });
    memory.setWord(row, number);
    for (const [argument, word] of words.entries()) memory.setWord(row + 8 * (argument + 1), word);
    memory.setWord(row + 64, step.tolerate ? -errnoNumber(step.tolerate) : NOT_REACHED);
    memory.setWord(row + 72, (step.skip ?? 0) * ROW_BYTES);
    memory.setWord(resultOffset(index), NOT_REACHED);
  }
  return { bytes: memory.bytes(), steps };
};

const rowOffset = (index: number): number => FIRST_ROW + index * ROW_BYTES;

/** Where in the arena a row's result stands. */
export const resultOffset = (index: number): number => rowOffset(index) + 80;

// A result has one place to go; a descriptor that is needed twice is first moved to a fixed number with dup3.
const link = (steps: readonly Step[], ref: Ref, user: number, slot: number): void => {
  const maker = steps.findLastIndex((step, index) => index < user && `$${step.as}` === ref);
  // A call earlier in the Program writes straight into the slot (see argumentSlot).
  if (maker < 0 && steps.some((step, index) => index < user && writesInto(step, ref))) return;
  const target = rowOffset(maker) + 56;
  if (maker < 0 || memory.getWord(target) !== ARENA_ADDRESS + rowOffset(maker) + 80)
    throw new TypeError(`${ref} must have one maker and one user`);
  memory.setWord(target, ARENA_ADDRESS + slot);
};

const writesInto = (step: Step, ref: Ref): boolean =>
  step.call === 'readv' && (step.args[1] as readonly unknown[]).includes(ref);

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

class Memory {
  #buffer = Buffer.alloc(65536);
  #view = viewOf(this.#buffer);
  #used = 0;

  /** Begins anew, with room for so many bytes of zeros. */
  clear(size: number): void {
    this.#reserve(size);
    this.#buffer.fill(0, 0, Math.max(size, this.#used));
    this.#used = size;
  }

  readonly put = (bytes: Uint8Array): number => {
    const at = (this.#used + 7) & ~7;
    this.#reserve(at + bytes.length);
    this.#buffer.set(bytes, at);
    this.#used = at + bytes.length;
    return ARENA_ADDRESS + at;
  };

  setWord(offset: number, value: number): void {
    setWord64(this.#view, offset, value);
  }

  getWord(offset: number): number {
    return Number(this.#buffer.readBigUInt64LE(offset));
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#used);
  }

  #reserve(size: number): void {
    if (size <= this.#buffer.length) return;
    const larger = Buffer.alloc(size * 2);
    larger.set(this.#buffer.subarray(0, this.#used));
    this.#buffer = larger;
    this.#view = viewOf(larger);
  }
}

const viewOf = ({ buffer, byteOffset, byteLength }: Buffer): DataView =>
  new DataView(buffer, byteOffset, byteLength);

const memory = new Memory();
