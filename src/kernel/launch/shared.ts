import { closeSync } from 'node:fs';
import { oncePer } from '../../base/lazy.ts';
import type { Call } from '../program/program.ts';
import { callText } from '../program/text.ts';

/**
 * Descriptors of the supervisor for steps that are `shared`, by the text of their call. Those that were not used for
 * the longest time are closed: what was attached through a descriptor stays attached without it.
 */
export class SharedDescriptors {
  readonly #open = new Map<string, number>();

  /** The descriptor of a call; `make` makes the call at its first use, and returns the descriptor or -errno. */
  take(call: Call, make: () => number): number {
    const text = textOf(call);
    const fd = this.#open.get(text) ?? make();
    if (fd < 0) return fd;
    this.#open.delete(text);
    this.#open.set(text, fd);
    for (const [oldest, unused] of this.#open) {
      if (this.#open.size <= MOST) break;
      this.#open.delete(oldest);
      closeSync(unused);
    }
    return fd;
  }

  close(): void {
    for (const fd of this.#open.values()) closeSync(fd);
    this.#open.clear();
  }
}

const textOf = oncePer(callText);

const MOST = 8;
