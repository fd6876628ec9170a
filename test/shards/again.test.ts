import test from 'ava';
import { repeatable } from './again.ts';
import type { End } from './ends.ts';
import { filesOf, placeOf, shardsOf } from './files.ts';

const ended: readonly End[] = shardsOf('unit').map((_, index) => ({
  shard: `unit-${index + 1}`,
  ended: true,
}));
const [file] = filesOf(shardsOf('unit')[0]!);
const failed = (title: string): End => ({ shard: 'unit-1', failed: `${placeOf(file!)} › ${title}` });

test('a few failures of a run that came to its end are repeated, each by its file and its title there', (t) => {
  t.deepEqual(repeatable(['unit'], [failed('one'), ...ended, failed('a › b')]), [
    { kind: 'unit', file, title: 'one' },
    { kind: 'unit', file, title: 'a › b' },
  ]);
});

test('nothing is repeated where a repetition proves nothing', (t) => {
  const many = ['one', 'two', 'three', 'four'].map(failed);
  t.is(repeatable(['unit'], ended), undefined, 'something other than a test failed');
  t.is(repeatable(['unit'], [failed('one'), ...ended.slice(1)]), undefined, 'a shard did not end');
  t.is(repeatable(['unit'], [...many, ...ended]), undefined, 'more than a few');
  t.is(repeatable(['unit'], [{ shard: 'unit-1', failed: 'of no file' }, ...ended]), undefined, 'nobody’s');
});
