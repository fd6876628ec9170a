import { readFileSync } from 'node:fs';
import test from 'ava';
import { machineTable, withMachineTable } from './table.ts';

test('the page has a line for every lane that has run', (t) => {
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');
  t.true(readme === withMachineTable(readme), 'write what results.json says with `npm run generate`');
});

test('a line says which tests have passed where, and when', (t) => {
  const [, , line] = machineTable([
    {
      kernel: '6.1.0',
      architecture: 'arm64',
      cgroups: 'v2',
      node: '20.20.2',
      runner: 'direct',
      tests: 3,
      passed: 2,
      which: 'kernel',
      date: '2026-01-02',
    },
  ]).split('\n');
  t.is(line, '| 6.1.0 | arm64 | v2 | 20.20.2 | direct | kernel | 2 of 3 | 2026-01-02 |');
});
