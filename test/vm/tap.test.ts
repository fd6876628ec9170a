import test from 'ava';
import { notPassed, testResult } from './tap.ts';

for (const [line, expected] of [
  ['ok 3 - limits › a title [kernel]', { title: 'limits › a title [kernel]', outcome: 'ok' }],
  ['not ok 12 - up › a title\r', { title: 'up › a title', outcome: 'not ok' }],
  ['ok 4 - up › a title # SKIP', { title: 'up › a title', outcome: 'skipped' }],
  ['ok 4 - # of processes', { title: '# of processes', outcome: 'ok' }],
  ['TAP version 13', undefined],
  ['    # ok 4 - what a test has printed', undefined],
] as const)
  test(`a line of the protocol: ${line.trim()}`, (t) => t.deepEqual(testResult(line), expected));

test('a test that has failed, was skipped, or is not there at all has not passed', (t) => {
  const results = [
    { title: 'up › a', outcome: 'ok' },
    { title: 'up › b', outcome: 'not ok' },
    { title: 'down › c', outcome: 'skipped' },
    { title: 'down › a', outcome: 'ok' },
  ] as const;
  t.deepEqual(notPassed(['a', 'a', 'a', 'b', 'c', 'd'], results), ['a', 'b', 'c', 'd']);
  t.deepEqual(notPassed(['a'], results), []);
});
