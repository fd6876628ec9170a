import koffi from 'koffi';
import { eventfd } from './descriptors.ts';
import { addressOf, syscall } from './libc.ts';

const arm = process.arch === 'arm64';
const [EPOLL_CREATE1, EPOLL_CTL, READ, WRITE] = arm ? [20, 21, 63, 64] : [291, 233, 0, 1];
const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLLIN = 1;
const EPOLLOUT = 4;

// struct epoll_event is packed on x86-64 and on no other architecture.
const EVENT_BYTES = arm ? 16 : 12;
const DATA_OFFSET = EVENT_BYTES - 8;
const EVENTS_AT_ONCE = 256;

const wait = koffi.load(null).func('int epoll_wait(int set, void *events, int size, int timeout)');

/** Numbered, because an event of a closed descriptor may arrive after its number was reused. */
type Watch = { readonly listener: () => void; readonly number: number };

type Ready = { readonly fd: number; readonly number: number };

/**
 * Calls back when descriptors are readable: FIFOs with output, pidfds of ended processes. libuv would read the FIFOs
 * itself and does not support pidfds, so one thread of its pool sleeps in epoll_wait(2) for all of them.
 */
export class Readiness {
  readonly #set = must(syscall(EPOLL_CREATE1, [EPOLL_CLOEXEC]));
  readonly #wake = eventfd();
  readonly #watches = new Map<number, Watch>();
  readonly #events = Buffer.alloc(EVENTS_AT_ONCE * EVENT_BYTES);
  readonly #counter = Buffer.alloc(8);
  /** Of one call, which returns before the next. */
  readonly #event = Buffer.alloc(EVENT_BYTES);
  #isWaiting = false;
  #number = 0;

  constructor() {
    this.#control(EPOLL_CTL_ADD, this.#wake, EPOLLIN, 0);
  }

  /** Calls back repeatedly while the descriptor is readable. The set may change while the thread sleeps. */
  watch(fd: number, onReadable: () => void): void {
    this.#add(fd, onReadable, EPOLLIN);
  }

  /** Calls back repeatedly while the descriptor is writable. */
  watchWritable(fd: number, onWritable: () => void): void {
    this.#add(fd, onWritable, EPOLLOUT);
  }

  /** Calls back when the other end of a pipe is closed, even if the pipe still has data. */
  watchHangup(fd: number, onHangup: () => void): void {
    this.#add(fd, onHangup, 0);
  }

  /** To be called before the descriptor is closed. After the last one the thread ends, so that the process can end. */
  forget(fd: number): void {
    if (!this.#watches.delete(fd)) return;
    this.#control(EPOLL_CTL_DEL, fd);
    if (this.#watches.size === 0) this.#interrupt();
  }

  /** Forgets all descriptors. */
  close(): void {
    for (const fd of [...this.#watches.keys()]) this.forget(fd);
  }

  #add(fd: number, listener: () => void, events: number): void {
    const number = ++this.#number;
    this.#watches.set(fd, { listener, number });
    this.#control(EPOLL_CTL_ADD, fd, events, number);
    if (!this.#isWaiting) this.#wait();
  }

  #wait(): void {
    this.#isWaiting = true;
    wait.async(this.#set, this.#events, EVENTS_AT_ONCE, -1, (error: unknown, count: number) => {
      this.#isWaiting = false;
      if (error) throw error;
      for (const { fd, number } of this.#ready(count)) {
        const watch = this.#watches.get(fd);
        if (watch?.number === number) call(watch.listener);
      }
      if (this.#watches.size > 0 && !this.#isWaiting) this.#wait();
    });
  }

  // All events are read before the first callback: a listener may begin the next wait, which writes to the same memory.
  #ready(count: number): readonly Ready[] {
    const ready = Array.from({ length: Math.max(count, 0) }, (_, index) => {
      const at = index * EVENT_BYTES + DATA_OFFSET;
      return { fd: this.#events.readInt32LE(at), number: this.#events.readInt32LE(at + 4) };
    });
    if (ready.some(({ fd }) => fd === this.#wake)) syscall(READ, [this.#wake, addressOf(this.#counter), 8]);
    return ready;
  }

  #interrupt(): void {
    this.#counter.writeBigUInt64LE(1n);
    syscall(WRITE, [this.#wake, addressOf(this.#counter), 8]);
  }

  // epoll_ctl(2): EPOLLHUP is always reported, also for an empty set of events.
  #control(operation: number, fd: number, events = 0, number = 0): void {
    this.#event.writeUInt32LE(events, 0);
    this.#event.writeInt32LE(fd, DATA_OFFSET);
    this.#event.writeInt32LE(number, DATA_OFFSET + 4);
    must(syscall(EPOLL_CTL, [this.#set, operation, fd, addressOf(this.#event)]));
  }
}

/** An error in one listener does not stop the other listeners. */
function call(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    setImmediate(() => {
      throw error;
    });
  }
}

function must(result: number): number {
  if (result < 0) throw new Error(`epoll failed with errno ${-result}`);
  return result;
}
