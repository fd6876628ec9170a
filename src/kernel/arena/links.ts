import type { Values } from '../program/encode.ts';
import type { Call, Ref, Step } from '../program/program.ts';
import { SYSCALLS } from '../program/syscalls.ts';
import { ARENA_ADDRESS, resultOffset, rowOffset } from './layout.ts';
import type { ArenaMemory } from './memory.ts';

/** A reference and its resolved value. */
export type Link = { readonly ref: Ref; readonly value: number };

/** Connects the results of rows to the arguments of later rows. */
export class Links implements Values {
  readonly #steps: readonly Step[];
  readonly #descriptors: readonly Ref[];
  /** Rows whose result has not been taken yet. */
  readonly #makers = new Map<Ref, number>();
  readonly #written = new Set<Ref>();
  readonly rows: (readonly Link[])[] = [];
  #links: Link[] = [];

  readonly #memory: ArenaMemory;

  constructor(steps: readonly Step[], descriptors: readonly Ref[], memory: ArenaMemory) {
    this.#steps = steps;
    this.#descriptors = descriptors;
    this.#memory = memory;
  }

  take(ref: Ref, argument: number): number {
    return this.#noted(ref, this.#taken(ref, argument));
  }

  place(ref: Ref): number {
    this.#written.add(ref);
    return this.#noted(ref, ARENA_ADDRESS + argumentSlot(this.#steps, ref, this.#row));
  }

  pointTo(ref: Ref): number {
    const maker = this.#makers.get(ref);
    if (maker === undefined) throw new TypeError(`no earlier step has the result ${ref}`);
    return this.#noted(ref, ARENA_ADDRESS + resultOffset(maker));
  }

  /** Ends the current row. */
  made({ as }: Step): void {
    if (as !== undefined) this.#makers.set(`$${as}`, this.#row);
    this.rows.push(this.#links);
    this.#links = [];
  }

  get #row(): number {
    return this.rows.length;
  }

  #noted(ref: Ref, value: number): number {
    this.#links.push({ ref, value });
    return value;
  }

  #taken(ref: Ref, argument: number): number {
    const born = this.#descriptors.indexOf(ref);
    if (born >= 0) return born;
    // An earlier call writes directly into this argument.
    if (this.#written.delete(ref)) return 0;
    // A row copies its result to one address only. A descriptor that is needed twice gets a fixed number with dup3(2).
    const maker = this.#makers.get(ref);
    if (maker === undefined) throw new TypeError(`${ref} must have one maker and one user`);
    this.#makers.delete(ref);
    this.#memory.setWord(rowOffset(maker) + 56, ARENA_ADDRESS + rowOffset(this.#row) + 8 * (argument + 1));
    return 0;
  }
}

/** The links of a row of the previous Program. */
export class KnownLinks implements Values {
  readonly #links: readonly Link[];
  #next = 0;
  #isOther = false;

  constructor(links: readonly Link[]) {
    this.#links = links;
  }

  get areSame(): boolean {
    return !this.#isOther && this.#next === this.#links.length;
  }

  take(ref: Ref): number {
    const link = this.#links[this.#next++];
    if (link?.ref === ref) return link.value;
    this.#isOther = true;
    return 0;
  }

  place = this.take;
  pointTo = this.take;
}

/** The offset of the argument of the later step that takes `ref`. */
const argumentSlot = (steps: readonly Step[], ref: Ref, after: number): number => {
  const user = steps.findIndex(
    (step, index) => index > after && step.call !== 'spawn' && step.args.includes(ref),
  );
  const step = steps[user];
  if (!step || step.call === 'spawn') throw new TypeError(`no later step takes ${ref}`);
  const position = parametersOf(step)[step.args.indexOf(ref)] ?? 0;
  return rowOffset(user) + 8 * (position + 1);
};

// A step does not contain lengths, so its n-th value is not always the n-th parameter.
const parametersOf = ({ call }: Call): readonly number[] =>
  SYSCALLS[call].params.flatMap((kind, position) => (kind === 'length' ? [] : [position]));
