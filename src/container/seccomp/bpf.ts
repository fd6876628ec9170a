/** One instruction of classic BPF; `jt` and `jf` are the numbers of instructions that a jump passes over. */
export type Instruction = {
  readonly code: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
};

/** filter.h: the instructions that seccomp(2) filters here consist of. */
export const LOAD = 0x20;
export const AND = 0x54;
const JUMP = 0x05;
export const IF_EQUAL = 0x15;
export const IF_GREATER = 0x25;
export const IF_AT_LEAST = 0x35;
export const RETURN = 0x06;

export type Comparison = typeof IF_EQUAL | typeof IF_GREATER | typeof IF_AT_LEAST;

/** A position in an Assembly, counted from its end. */
export type Label = number;

/**
 * Takes the instructions of a program from the last to the first. Jumps of BPF go forward only, so that the targets of
 * each instruction are known when it is written.
 */
export class Assembly {
  readonly #reversed: Instruction[] = [];
  readonly #returns = new Map<number, Label>();

  /** The position of the instruction that was written last, which is the first one of what there is. */
  get start(): Label {
    return this.#reversed.length - 1;
  }

  /** Loads 32 bits of the kernel's struct seccomp_data, before what is there. */
  load(offset: number): Label {
    return this.#put(LOAD, offset);
  }

  and(mask: number): Label {
    return this.#put(AND, mask);
  }

  jump(to: Label): Label {
    return this.#put(JUMP, this.#distance(to));
  }

  /** The place of an instruction that returns the value: one near the end of the written ones, or a new one. */
  returning(value: number): Label {
    const known = this.#returns.get(value);
    if (known !== undefined && this.#distance(known) < NEAR) return known;
    const label = this.#put(RETURN, value);
    this.#returns.set(value, label);
    return label;
  }

  /** Compares what was loaded, and goes on at one of two places. */
  branch(code: Comparison, k: number, yes: Label, no: Label): Label {
    const far = (label: Label): Label => (this.#distance(label) < FARTHEST ? label : this.jump(label));
    const [near, other] = [far(no), far(yes)];
    return this.#put(code, k, this.#distance(other), this.#distance(near));
  }

  instructions(): readonly Instruction[] {
    return this.#reversed.toReversed();
  }

  /** How many instructions are between the next one and the label. */
  #distance(label: Label): number {
    return this.start - label;
  }

  #put(code: number, k: number, jt = 0, jf = 0): Label {
    this.#reversed.push({ code, k: k >>> 0, jt, jf });
    return this.start;
  }
}

/** Conditional jumps have eight bits; the other target may need an instruction of its own in between. */
const FARTHEST = 255;
const NEAR = 200;

export const INSTRUCTION_BYTES = 8;

/** The program as an array of struct sock_filter; x64 and arm64 have the same byte order. */
export const bytesOf = (instructions: readonly Instruction[]): Uint8Array => {
  const bytes = new Uint8Array(instructions.length * INSTRUCTION_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, { code, jt, jf, k }] of instructions.entries()) {
    const at = index * INSTRUCTION_BYTES;
    view.setUint16(at, code, true);
    view.setUint8(at + 2, jt);
    view.setUint8(at + 3, jf);
    view.setUint32(at + 4, k, true);
  }
  return bytes;
};
