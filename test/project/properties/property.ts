import type { ExecutionContext } from 'ava';
import * as fc from 'fast-check';

/**
 * Tries a property with as many samples as fit into a moment, other ones in every run. What fails is made as small as
 * possible and printed with its seed: `PROPERTY_SEED=1234 npx ava FILE` tries the same again, `PROPERTY_RUNS=100000`
 * more of them.
 */
export function holds<T>(
  t: ExecutionContext,
  samples: fc.Arbitrary<T>,
  property: (sample: T) => boolean | undefined,
  runs = 200,
): void {
  const seed = process.env.PROPERTY_SEED;
  const result = fc.check(
    fc.property(samples, (sample) => property(sample) ?? true),
    {
      numRuns: Number(process.env.PROPERTY_RUNS ?? runs),
      ...(seed !== undefined && { seed: Number(seed) }),
    },
  );
  if (result.failed) t.fail(fc.defaultReportMessage(result));
  else t.pass();
}
