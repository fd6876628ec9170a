import { encodeCall, type Resolve } from './encode.ts';
import { errnoNumber } from './errno.ts';
import { addressOf, syscall, syscallElsewhere } from './ffi/libc.ts';
import type { Call } from './program.ts';
import type { Architecture } from './syscalls.ts';

/** Makes one call in this process: the result, or -errno. */
export const execute = (call: Call, value: Resolve): number => {
  scratch.clear();
  const { number, words } = encodeCall(call, ARCHITECTURE, scratch.put, value);
  for (;;) {
    const result = syscall(number, words);
    // signal(7): a child that ends meanwhile interrupts some calls, such as the write of a memory limit.
    if (result !== EINTR) return result;
  }
};

/** Makes it in another thread, for a call that may have to wait in the kernel. */
export const executeElsewhere = async (call: Call, value: Resolve): Promise<number> => {
  const memory: Uint8Array[] = [];
  const put = (bytes: Uint8Array): number => {
    const own = Buffer.allocUnsafeSlow(bytes.length);
    own.set(bytes);
    memory.push(own);
    return addressOf(own);
  };
  const { number, words } = encodeCall(call, ARCHITECTURE, put, value);
  let result = EINTR;
  while (result === EINTR) result = await syscallElsewhere(number, words);
  memory.length = 0;
  return result;
};

const EINTR = -errnoNumber('EINTR');

export const ARCHITECTURE = process.arch as Architecture;

// One page of memory serves all calls, for each is over before the next is encoded; what does not fit gets its own.
class Scratch {
  readonly #buffer = Buffer.allocUnsafeSlow(65536);
  readonly #address = addressOf(this.#buffer);
  readonly #large: Uint8Array[] = [];
  #used = 0;

  readonly put = (bytes: Uint8Array): number => {
    const at = (this.#used + 7) & ~7;
    if (at + bytes.length > this.#buffer.length) {
      const own = Buffer.allocUnsafeSlow(bytes.length);
      own.set(bytes);
      this.#large.push(own);
      return addressOf(own);
    }
    this.#buffer.set(bytes, at);
    this.#used = at + bytes.length;
    return this.#address + at;
  };

  clear(): void {
    this.#used = 0;
    this.#large.length = 0;
  }
}

const scratch = new Scratch();
