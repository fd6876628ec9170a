import { waitUntilQuiet } from './machine.ts';

/** Something that is done and timed. */
export type Subject = {
  readonly name: string;
  /** Milliseconds by name: one run may give several figures. */
  readonly run: () => Figures | Promise<Figures>;
};

export type Figures = Readonly<Record<string, number>>;

/** Every figure of every round, by its name. */
export type Measured = ReadonlyMap<string, readonly number[]>;

/** One of each, then one of each again: what slows the machine for a while slows all of them. */
export async function runInTurn(subjects: readonly Subject[], rounds: number): Promise<Measured> {
  const measured = new Map<string, number[]>();
  for (let round = -1; round < rounds; round++) {
    for (const { run } of subjects) {
      waitUntilQuiet();
      const figures = await run();
      // The first round fills caches.
      if (round < 0) continue;
      for (const [name, value] of Object.entries(figures))
        measured.set(name, [...(measured.get(name) ?? []), value]);
    }
  }
  return measured;
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};
