import type { Names } from './directories.ts';

/**
 * What a layer takes away of the layers below, by the real names of its marks: they count for entries before and behind
 * them.
 */
export class Hidden {
  /** Paths that are gone with all that is below them, or of which only what is below them is gone. */
  readonly #marks = new Map<string, 'whiteout' | 'opaque'>();

  /** Takes a name away. */
  add(names: Names): void {
    this.#marks.set(names.join('/'), 'whiteout');
  }

  /** Takes everything in a directory away. */
  addBelow(names: Names): void {
    const path = names.join('/');
    if (!this.#marks.has(path)) this.#marks.set(path, 'opaque');
  }

  /** Whether the directory that this layer has there hides what is in it. */
  isMarked(names: Names): boolean {
    return this.#marks.has(names.join('/'));
  }

  /** Whether the layers below have nothing there any more. */
  has(names: Names): boolean {
    if (this.#marks.size === 0) return false;
    if (this.#marks.get(names.join('/')) === 'whiteout') return true;
    return names.some((_, depth) => this.#marks.has(names.slice(0, depth).join('/')));
  }
}
