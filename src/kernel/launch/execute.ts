import { addressOf, syscall } from '../ffi/libc.ts';
import { ARCHITECTURE } from '../program/architecture.ts';
import { encodeCall, type Values } from '../program/encode.ts';
import { errnoNumber } from '../program/errno.ts';
import { Memory } from '../program/memory.ts';
import type { Call, Ref } from '../program/program.ts';

const unknown = (ref: Ref): never => {
  throw new TypeError(`${ref} has no value`);
};

/** For a call without references. */
export const NO_REFERENCES: Values = { take: unknown, place: unknown, pointTo: unknown };

/** Makes one system call in this process; returns the result, or -errno. */
export const execute = (call: Call, values = NO_REFERENCES): number => {
  scratch.clear();
  const number = encodeCall(call, ARCHITECTURE, scratch, values, words);
  for (let attempts = MOST_ATTEMPTS; ; ) {
    const result = syscall(number, words);
    // signal(7): the SIGCHLD of a child interrupts some calls, such as the write of a memory limit.
    if (result === EINTR) continue;
    // bpf(2): the verifier stops with EAGAIN when a signal is pending.
    if (call.call !== 'bpf' || result !== EAGAIN || --attempts === 0) return result;
  }
};

const EINTR = -errnoNumber('EINTR');
const EAGAIN = -errnoNumber('EAGAIN');
const MOST_ATTEMPTS = 30;

/** Grows by new buffers, because data must not move after their address was taken. */
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

// One memory serves all calls: each call returns before the next one is encoded.
const scratch = new Scratch(65536);
const words: number[] = [];
