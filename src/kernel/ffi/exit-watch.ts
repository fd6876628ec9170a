import koffi from 'koffi';
import { eventfd } from './descriptors.ts';
import { addressOf, syscall } from './libc.ts';

const POLLIN = 1;
const POLLFD_BYTES = 8;

const poll = koffi.load(null).func('int poll(void *fds, unsigned long count, int timeout)');

/**
 * Waits for the end of processes that are not our children. One thread of libuv's pool sleeps in poll(2) over all of
 * their pidfds, and over an eventfd by which the set can be changed.
 */
export class ExitWatch {
  readonly #wake = eventfd();
  readonly #listeners = new Map<number, () => void>();
  #isWaiting = false;

  /** Calls back once when the process behind the pidfd has ended. */
  add(pidfd: number, onExit: () => void): void {
    this.#listeners.set(pidfd, onExit);
    if (this.#isWaiting) this.#interrupt();
    else this.#wait();
  }

  /** Lets the sleeping thread go, without which this process could not end. */
  close(): void {
    this.#listeners.clear();
    if (this.#isWaiting) this.#interrupt();
  }

  #wait(): void {
    const watched = [this.#wake, ...this.#listeners.keys()];
    if (watched.length === 1) return;
    const set = Buffer.alloc(watched.length * POLLFD_BYTES);
    for (const [index, fd] of watched.entries()) {
      set.writeInt32LE(fd, index * POLLFD_BYTES);
      set.writeInt16LE(POLLIN, index * POLLFD_BYTES + 4);
    }
    this.#isWaiting = true;
    poll.async(set, watched.length, -1, () => {
      this.#isWaiting = false;
      const ready = watched.filter((_, index) => set.readInt16LE(index * POLLFD_BYTES + 6) !== 0);
      if (ready.includes(this.#wake)) this.#drain();
      for (const fd of ready) {
        const listener = this.#listeners.get(fd);
        this.#listeners.delete(fd);
        listener?.();
      }
      if (!this.#isWaiting) this.#wait();
    });
  }

  #interrupt(): void {
    const one = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
    syscall(process.arch === 'arm64' ? 64 : 1, [this.#wake, addressOf(one), 8]);
  }

  #drain(): void {
    const count = Buffer.alloc(8);
    syscall(process.arch === 'arm64' ? 63 : 0, [this.#wake, addressOf(count), 8]);
  }
}
