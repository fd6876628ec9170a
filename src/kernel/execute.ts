import { encodeCall, type Values } from './encode.ts';
import { errnoNumber } from './errno.ts';
import { addressOf, syscall } from './ffi/libc.ts';
import { Memory } from './memory.ts';
import type { Call, Ref } from './program.ts';
import type { Architecture } from './syscalls.ts';

export const ARCHITECTURE = process.arch as Architecture;

const unknown = (ref: Ref): never => {
  throw new TypeError(`nothing is known of ${ref}`);
};

/** For a call that refers to nothing. */
export const NO_REFERENCES: Values = { take: unknown, place: unknown, pointTo: unknown };

/** Makes one call in this process: the result, or -errno. */
export const execute = (call: Call, values = NO_REFERENCES): number => {
  scratch.clear();
  const number = encodeCall(call, ARCHITECTURE, scratch, values, words);
  for (;;) {
    const result = syscall(number, words);
    // signal(7): a child that ends meanwhile interrupts some calls, such as the write of a memory limit.
    if (result !== EINTR) return result;
  }
};

const EINTR = -errnoNumber('EINTR');

/** What does not fit gets memory of its own: what was put before must not move. */
class Scratch extends Memory {
  #address = addressOf(this.buffer);
  readonly #full: Buffer[] = [];

  protected get address(): number {
    return this.#address;
  }

  clear(): void {
    this.empty();
    this.#full.length = 0;
  }

  protected makeRoom(bytes: number): void {
    this.#full.push(this.buffer);
    this.replace(Buffer.allocUnsafeSlow(Math.max(bytes, this.buffer.length)));
    this.#address = addressOf(this.buffer);
    this.used = 0;
  }
}

// One memory serves all calls, for each is over before the next is encoded.
const scratch = new Scratch(65536);
const words: number[] = [];
