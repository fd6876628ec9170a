import test from 'ava';
import { dependencyOrder, findCycles, type Graph, reachable, reversed } from '../../src/base/graph.ts';
import { isNightly } from '../patience.ts';

/** `a>b,c` means a depends on b and c. */
function graph(...lines: string[]): Graph {
  return new Map(
    lines.map((line) => {
      const [node, dependencies = ''] = line.split('>');
      return [node!, dependencies.split(',').filter((name) => name !== '')];
    }),
  );
}

test('dependencies come first, otherwise the order stays', (t) => {
  t.deepEqual(dependencyOrder(graph('web>api', 'api>db,cache', 'db', 'cache', 'log')), [
    'db',
    'cache',
    'api',
    'web',
    'log',
  ]);
});

test('what is no node is passed over', (t) => {
  t.deepEqual(dependencyOrder(graph('web>gone')), ['web']);
});

test('turned round', (t) => {
  t.deepEqual(
    [...reversed(graph('web>db', 'api>db', 'db'))],
    [
      ['web', []],
      ['api', []],
      ['db', ['web', 'api']],
    ],
  );
});

test('the roots and what they need', (t) => {
  t.deepEqual([...reachable(graph('web>api', 'api>db', 'db', 'log>db'), ['web'])].sort(), [
    'api',
    'db',
    'web',
  ]);
});

test('a cycle is found once, from its first node', (t) => {
  t.deepEqual(findCycles(graph('log>web', 'web>api', 'api>db', 'db>web')), [['web', 'api', 'db']]);
  t.deepEqual(findCycles(graph('a>a')), [['a']]);
  t.deepEqual(findCycles(graph('a>b', 'b>a', 'c>d', 'd>c')), [
    ['a', 'b'],
    ['c', 'd'],
  ]);
});

test('no cycle where two ways lead to one node', (t) => {
  t.deepEqual(findCycles(graph('a>b,c', 'b>d', 'c>d', 'd')), []);
});

test('a chain may be longer than the stack is deep, and so may a circle', (t) => {
  const length = isNightly ? 100_000 : 20_000;
  const chain = graph(...Array.from({ length }, (_, n) => `n${n}>n${n + 1}`));
  t.is(dependencyOrder(chain).at(-1), 'n0');
  t.deepEqual(findCycles(chain), []);
  t.is(findCycles(new Map([...chain, [`n${length}`, ['n0']]]))[0]?.length, length + 1);
});
