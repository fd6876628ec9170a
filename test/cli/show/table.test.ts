import test from 'ava';
import { table } from '../../../src/cli/show/table.ts';

// Red without: printable in table.ts.
test('a cell is one line, and commands no terminal', (t) => {
  t.deepEqual(table(['A', 'B'], [['\x1b[31mred\n', 'b\t\u2066']]), ['A           B', '?[31mred?   b??']);
});
