import test from 'ava';
import { groupOf } from '../../src/kernel/netlink/link.ts';
import { linksLeft } from './harness/leftovers.ts';

const bridge = { name: 'tsc-bridge', index: 7, alias: 'tscompose/other/default', group: groupOf(7) };
const cable = { name: 'tsc-cable', index: 8, alias: '', group: groupOf(7) };

test('a bridge with the name of the project is left, one of another project is not', (t) => {
  t.deepEqual(linksLeft('other', [bridge, cable], new Set()), [
    'interface tsc-bridge: tscompose/other/default',
  ]);
  t.deepEqual(linksLeft('mine', [bridge, cable], new Set()), []);
});

test('a cable whose bridge is gone is left, but one that was there before', (t) => {
  t.deepEqual(linksLeft('mine', [cable], new Set()), ['interface tsc-cable, whose bridge is gone']);
  t.deepEqual(linksLeft('mine', [cable], new Set(['tsc-cable'])), []);
  t.deepEqual(linksLeft('mine', [{ ...cable, name: 'eth0', group: 0 }], new Set()), []);
});
