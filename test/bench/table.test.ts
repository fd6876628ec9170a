import test from 'ava';
import { runInTurn } from './rounds.ts';
import { tableLines } from './table.ts';

test('a figure that could not be measured is printed as such, and the others are measured', async (t) => {
  let ended = 0;
  const measured = await runInTurn(
    [
      { name: 'node', run: () => ({ node: 50 }), end: () => void ended++ },
      {
        name: 'broken',
        run: () => {
          throw new Error('it is not here\nat all');
        },
      },
      { name: 'help', run: () => ({ help: 75 }) },
    ],
    1,
    () => {},
  );
  const lines = tableLines(measured, true);
  t.true(lines.some((line) => /^broken +not measured: it is not here$/.test(line)));
  t.true(lines.some((line) => /^`--help`, × node +1\.50/.test(line)));
  t.true(lines.some((line) => /^`exec true`, × node +not measured/.test(line)));
  t.is(ended, 1);
  const chosen = tableLines(measured, false);
  t.false(chosen.some((line) => /`exec true`/.test(line)));
});
