import { waitUntilQuiet } from './machine.ts';

/** Something that is done and timed. */
export type Subject = {
  readonly name: string;
  /** Milliseconds by name: one run may give several figures. */
  readonly run: () => Figures | Promise<Figures>;
  /** Puts away what it has left for its next run. */
  readonly end?: () => unknown;
};

export type Figures = Readonly<Record<string, number>>;

export type Measured = {
  /** Every figure of every round, by its name. */
  readonly figures: ReadonlyMap<string, readonly number[]>;
  /** Why a subject has no figures, by its name. */
  readonly failures: ReadonlyMap<string, string>;
};

/** One of each, then one of each again: what slows the machine for a while slows all of them. */
export async function runInTurn(
  subjects: readonly Subject[],
  rounds: number,
  untilQuiet = waitUntilQuiet,
): Promise<Measured> {
  const figures = new Map<string, number[]>();
  const failures = new Map<string, string>();
  const attempt = async (name: string, work: () => unknown): Promise<void> => {
    try {
      await work();
    } catch (error) {
      failures.set(name, (error as Error).message);
    }
  };
  for (let round = -1; round < rounds; round++) {
    for (const { name, run } of subjects.filter(({ name }) => !failures.has(name))) {
      untilQuiet();
      await attempt(name, async () => {
        const found = Object.entries(await run());
        // The first round fills caches.
        if (round >= 0)
          for (const [key, value] of found) figures.set(key, [...(figures.get(key) ?? []), value]);
      });
    }
  }
  for (const { name, end } of subjects) if (end) await attempt(name, end);
  return { figures, failures };
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};
