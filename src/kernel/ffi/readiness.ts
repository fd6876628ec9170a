import koffi from 'koffi';
import { eventfd } from './descriptors.ts';
import { addressOf, syscall } from './libc.ts';

const arm = process.arch === 'arm64';
const [EPOLL_CREATE1, EPOLL_CTL, READ, WRITE] = arm ? [20, 21, 63, 64] : [291, 233, 0, 1];
const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLLIN = 1;

// struct epoll_event is packed on x86-64 and on no other architecture.
const EVENT_BYTES = arm ? 16 : 12;
const DATA_OFFSET = EVENT_BYTES - 8;
const EVENTS_AT_ONCE = 256;

const wait = koffi.load(null).func('int epoll_wait(int set, void *events, int size, int timeout)');

/**
 * Tells when descriptors can be read: FIFOs with output in them, pidfds of processes that have ended. libuv would read
 * the one itself and does not know the other, so one thread of its pool sleeps in epoll_wait(2) for all of them.
 */
export class Readiness {
  readonly #set = must(syscall(EPOLL_CREATE1, [EPOLL_CLOEXEC]));
  readonly #wake = eventfd();
  readonly #listeners = new Map<number, () => void>();
  readonly #events = Buffer.alloc(EVENTS_AT_ONCE * EVENT_BYTES);
  readonly #counter = Buffer.alloc(8);
  #isWaiting = false;

  constructor() {
    this.#control(EPOLL_CTL_ADD, this.#wake, EPOLLIN);
  }

  /** Calls back as long as the descriptor is readable, again and again; the set may change while the thread sleeps. */
  watch(fd: number, onReadable: () => void): void {
    this.#add(fd, onReadable, EPOLLIN);
  }

  /** Calls back when nobody holds the other end of a pipe any more, whatever is in it. */
  watchHangup(fd: number, onHangup: () => void): void {
    this.#add(fd, onHangup, 0);
  }

  /** Before the descriptor is closed. With nothing left to watch the thread ends, so that the process can. */
  forget(fd: number): void {
    if (!this.#listeners.delete(fd)) return;
    this.#control(EPOLL_CTL_DEL, fd);
    if (this.#listeners.size === 0) this.#interrupt();
  }

  /** Forgets everything. */
  close(): void {
    for (const fd of [...this.#listeners.keys()]) this.forget(fd);
  }

  #add(fd: number, listener: () => void, events: number): void {
    this.#listeners.set(fd, listener);
    this.#control(EPOLL_CTL_ADD, fd, events);
    if (!this.#isWaiting) this.#wait();
  }

  #wait(): void {
    this.#isWaiting = true;
    wait.async(this.#set, this.#events, EVENTS_AT_ONCE, -1, (error: unknown, count: number) => {
      this.#isWaiting = false;
      if (error) throw error;
      for (const fd of this.#ready(count)) this.#listeners.get(fd)?.();
      if (this.#listeners.size > 0 && !this.#isWaiting) this.#wait();
    });
  }

  // Read before anybody is called: a listener may begin the next wait, which writes to the same memory.
  #ready(count: number): readonly number[] {
    const ready = Array.from({ length: Math.max(count, 0) }, (_, index) =>
      this.#events.readInt32LE(index * EVENT_BYTES + DATA_OFFSET),
    );
    if (ready.includes(this.#wake)) syscall(READ, [this.#wake, addressOf(this.#counter), 8]);
    return ready;
  }

  #interrupt(): void {
    this.#counter.writeBigUInt64LE(1n);
    syscall(WRITE, [this.#wake, addressOf(this.#counter), 8]);
  }

  // epoll_ctl(2): EPOLLHUP is always reported, also to who asks for nothing.
  #control(operation: number, fd: number, events = 0): void {
    const event = Buffer.alloc(EVENT_BYTES);
    event.writeUInt32LE(events, 0);
    event.writeInt32LE(fd, DATA_OFFSET);
    must(syscall(EPOLL_CTL, [this.#set, operation, fd, addressOf(event)]));
  }
}

function must(result: number): number {
  if (result < 0) throw new Error(`epoll failed with errno ${-result}`);
  return result;
}
