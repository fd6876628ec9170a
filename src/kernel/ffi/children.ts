import type { Exit } from '../runner.ts';
import { addressOf, syscall } from './libc.ts';

const WAIT4 = process.arch === 'arm64' ? 260 : 61;
const WNOHANG = 1;

/** The longest time that a timer takes. */
const LONG = 2 ** 31 - 1;

/**
 * Children that libuv does not know of, because it has not started them. wait(2) is asked for each of them by its PID,
 * when SIGCHLD says that one may have ended, so libuv's own children are left to it.
 */
export class Children {
  readonly #waiting = new Map<number, (exit: Exit) => void>();
  readonly #status = Buffer.alloc(4);
  #isListening = false;
  #hold: NodeJS.Timeout | undefined;

  exitOf(pid: number): Promise<Exit> {
    if (!this.#isListening) process.on('SIGCHLD', () => this.#collect());
    this.#isListening = true;
    return new Promise((resolve) => {
      this.#waiting.set(pid, resolve);
      // A signal alone does not keep Node from ending.
      this.#hold ??= setTimeout(() => {}, LONG);
      // It may have ended before anybody listened.
      this.#ask(pid, resolve);
    });
  }

  #collect(): void {
    for (const [pid, resolve] of this.#waiting) this.#ask(pid, resolve);
  }

  #ask(pid: number, resolve: (exit: Exit) => void): void {
    const result = syscall(WAIT4, [pid, addressOf(this.#status), WNOHANG, 0]);
    if (result !== pid) return;
    this.#waiting.delete(pid);
    if (this.#waiting.size === 0) {
      clearTimeout(this.#hold);
      this.#hold = undefined;
    }
    const status = this.#status.readInt32LE();
    resolve({ code: (status >> 8) & 0xff, signal: status & 0x7f });
  }
}
