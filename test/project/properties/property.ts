import type { ExecutionContext } from 'ava';
import * as fc from 'fast-check';

/** Code points from U+D800 on that are no characters. */
const SURROGATES = 0x800;

/** Samples of a property that answers in less than a millisecond. */
const FAST = 200;

/** Any text of up to ten characters; fast-check's own `binary` makes a table of all of them, which takes seconds. */
export const anyText: fc.Arbitrary<string> = fc
  .array(fc.nat({ max: 0x10ffff - SURROGATES }), { maxLength: 10 })
  .map((codes) => String.fromCodePoint(...codes.map((code) => (code < 0xd800 ? code : code + SURROGATES))));

/**
 * Tries a property with as many samples as fit into a moment, other ones in every run. What fails is made as small as
 * possible and printed with its seed: `PROPERTY_SEED=1234 npx ava FILE` tries the same again, `PROPERTY_RUNS=100000`
 * more of them.
 */
export function holds<T>(
  t: ExecutionContext,
  samples: fc.Arbitrary<T>,
  property: (sample: T) => boolean | undefined,
  runs = FAST,
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
