type Line = { readonly time: string; readonly text: Buffer };

/**
 * Separates the time from lines of a log that was read with `timestamps`. A long line comes in several parts: the first
 * has the time, and the last has the line break.
 */
export class LineTimes {
  readonly #begun: Map<string, string>;

  constructor(begun: ReadonlyMap<string, string> = new Map()) {
    this.#begun = new Map(begun);
  }

  take(stream: string, chunk: Buffer): Line {
    const known = this.#begun.get(stream);
    const space = known === undefined ? chunk.indexOf(' ') : -1;
    const time = known ?? chunk.toString('latin1', 0, space);
    if (chunk.at(-1) === LINE_BREAK) this.#begun.delete(stream);
    else this.#begun.set(stream, time);
    return { time, text: chunk.subarray(space + 1) };
  }

  copy(): LineTimes {
    return new LineTimes(this.#begun);
  }
}

const LINE_BREAK = 0x0a;
