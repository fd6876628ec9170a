/** A typed array that grows: one fact about every inode, or about every name, at 1 to 8 bytes each. */
export class Column<Cells extends Uint8Array | Uint16Array | Uint32Array | Float64Array> {
  readonly #make: new (
    length: number,
  ) => Cells;
  #cells: Cells;

  constructor(make: new (length: number) => Cells) {
    this.#make = make;
    this.#cells = new make(1024);
  }

  get(index: number): number {
    return this.#cells[index] ?? 0;
  }

  set(index: number, value: number): void {
    if (index >= this.#cells.length) {
      const grown = new this.#make(Math.max(index + 1, Math.ceil(this.#cells.length * GROWTH)));
      grown.set(this.#cells as never);
      this.#cells = grown;
    }
    this.#cells[index] = value;
  }
}

const GROWTH = 1.5;
