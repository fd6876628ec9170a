import test from 'ava';
import { latest, latestAlike, lazy, oncePer } from '../../src/base/lazy.ts';

const counted = <Given extends readonly unknown[]>() => {
  const calls: Given[] = [];
  return { calls, make: (...given: Given) => ({ call: calls.push(given) }) };
};

test('a lazy value is made at its first use, and once', (t) => {
  const { calls, make } = counted<[]>();
  const value = lazy(make);
  t.is(calls.length, 0);
  t.is(value(), value());
  t.is(calls.length, 1);
});

test('a value is made once for each key', (t) => {
  const { calls, make } = counted<[object]>();
  const value = oncePer(make);
  const [one, other] = [{}, {}];
  t.is(value(one), value(one));
  t.not(value(one), value(other));
  t.deepEqual(calls, [[one], [other]]);
});

test('undefined is a value as well', (t) => {
  let calls = 0;
  const value = oncePer((_: object) => void calls++);
  const key = {};
  value(key);
  value(key);
  t.is(calls, 1);
});

test('the latest value is kept for the same arguments, and for no others', (t) => {
  const { calls, make } = counted<[string, object]>();
  const value = latest(make);
  const key = {};
  t.is(value('a', key), value('a', key));
  value('b', key);
  value('a', key);
  value('a', {});
  t.deepEqual(
    calls.map(([text]) => text),
    ['a', 'b', 'a', 'a'],
  );
});

test('the latest value is kept for arguments of the same content', (t) => {
  const { calls, make } = counted<[object]>();
  const value = latestAlike(make);
  const mount = { destination: '/data', options: ['bind', 'ro'] };
  t.is(value({ ...mount, options: [...mount.options] }), value(mount));
  for (const other of [
    { ...mount, options: ['bind'] },
    { ...mount, source: undefined },
    { destination: '/data', source: 'bind,ro' },
    [mount],
  ])
    t.not(value(other), value(mount));
  t.is(calls.length, 9);
});

test('other objects have no content: they are the same only if they are identical', (t) => {
  const value = latestAlike((of: unknown) => ({ of }));
  for (const make of [
    () => new Set(['a']),
    () => new Map(),
    () => Buffer.of(1),
    () => null,
    () => () => {},
  ]) {
    const one = make();
    t.is(value(one), value(one));
    if (one !== null) t.not(value(make()), value(one));
  }
});
