import test from 'ava';
import type { Diagnostic } from '../../../../src/base/diagnostic.ts';
import { arrange } from '../../../../src/cli/show/diagnostics/arrange-diagnostics.ts';

const errorAt = (start: number): Diagnostic => ({
  severity: 'error',
  code: 'conflicting-keys',
  message: 'the same',
  at: { file: 'compose.yaml', start, end: start + 1, line: 1, column: start },
});

// Red without: oncePerPlace in arrange-diagnostics.ts.
test('an error is shown once for one place, to which an anchor may lead several keys', (t) => {
  t.deepEqual(arrange([errorAt(1), errorAt(1), errorAt(2)], '/').shown, [errorAt(1), errorAt(2)]);
  const { at: _, ...nowhere } = errorAt(1);
  t.is(arrange([nowhere, nowhere], '/').shown.length, 2);
});
