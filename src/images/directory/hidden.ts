import type { Names } from './directories.ts';

/**
 * The entries of the layers below that a layer takes away, by the real names of its marks: they count for entries before
 * and behind them, as long as the directory with the mark is not replaced.
 */
export class Hidden {
  readonly #root: Marked = {};

  /** Takes a name away. */
  add(names: Names): void {
    this.#at(names).mark = 'whiteout';
  }

  /** Takes everything in a directory away. */
  addBelow(names: Names): void {
    this.#at(names).mark ??= 'opaque';
  }

  /** A directory is replaced: the marks in it are gone, and that of its own name stays. */
  restoreBelow(names: Names): void {
    const replaced = this.#along(names)[names.length];
    if (!replaced) return;
    delete replaced.below;
    if (replaced.mark === 'opaque') delete replaced.mark;
  }

  /** Whether the directory that this layer has there hides what is in it. */
  isMarked(names: Names): boolean {
    return this.#along(names)[names.length]?.mark !== undefined;
  }

  /** Whether the layers below have nothing there any more. */
  has(names: Names): boolean {
    return this.#along(names).some(
      ({ mark }, depth) => mark !== undefined && (depth < names.length || mark === 'whiteout'),
    );
  }

  /** The marks from the root on. */
  #along(names: Names): readonly Marked[] {
    const found = [this.#root];
    for (const name of names) {
      const next = found.at(-1)!.below?.get(name);
      if (!next) break;
      found.push(next);
    }
    return found;
  }

  #at(names: Names): Marked {
    let at = this.#root;
    for (const name of names) {
      at.below ??= new Map();
      const next = at.below.get(name) ?? {};
      at.below.set(name, next);
      at = next;
    }
    return at;
  }
}

type Marked = { mark?: 'whiteout' | 'opaque'; below?: Map<string, Marked> };
