import test from 'ava';
import { containerId } from '../../../src/engine/context/identifiers.ts';

test('an id never begins with what could be taken for an address', (t) => {
  const tries = [Buffer.from('028703436718'.padEnd(64, 'a'), 'hex'), Buffer.alloc(32, 0xab)];
  t.is(
    containerId(() => tries.shift()!),
    'ab'.repeat(32),
  );
});
