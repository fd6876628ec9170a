import test from 'ava';
import { attributesOf, uint32 } from '../../../src/kernel/netlink/answer.ts';
import {
  align,
  attribute,
  HEADER_SIZE,
  nested,
  request,
  u8,
  withSequence,
} from '../../../src/kernel/netlink/message.ts';

test('a request starts with its length, type, flags and an empty sequence number', (t) => {
  const { bytes } = request('RTM_GETLINK', ['NLM_F_DUMP'], 'link show', u8(0, 0, 0, 0));
  t.is(Buffer.from(bytes).toString('hex'), '1400000012000103000000000000000000000000');
});

test('what is nested counts with its padding, what is padded last does not', (t) => {
  const { bytes } = request('RTM_NEWLINK', [], '', nested(18, attribute(1, u8(7))), attribute(2, u8(1, 2)));
  const outer = bytes.subarray(HEADER_SIZE);
  t.is(outer.length, 4 + 8 + 8);
  t.deepEqual([...outer.subarray(0, 12)], [12, 0, 18, 0, 5, 0, 1, 0, 7, 0, 0, 0]);
  t.deepEqual([...outer.subarray(12)], [6, 0, 2, 0, 1, 2, 0, 0]);
});

test('a hole knows where its value belongs', (t) => {
  const { bytes, holes } = request('RTM_NEWLINK', [], '', 1, nested(18, attribute(19, '$pid')));
  t.deepEqual(holes, [{ offset: HEADER_SIZE + 4 + 4 + 4, ref: '$pid', size: 4 }]);
  t.is(uint32(bytes, holes![0]!.offset), 0);
});

test('a request without references has no holes', (t) => {
  t.false('holes' in request('RTM_NEWLINK', [], '', 1));
});

test('a sequence number leaves the request it is given to as it was', (t) => {
  const message = request('RTM_GETLINK', [], 'link show');
  t.is(uint32(withSequence(message, 0xfffffffe).bytes, 8), 0xfffffffe);
  t.is(uint32(message.bytes, 8), 0);
});

test('attributes of any size come back as they were', (t) => {
  const random = generator(1);
  for (let round = 0; round < 300; round++) {
    const values = Array.from({ length: random(12) }, () =>
      Uint8Array.from({ length: random(40) }, () => random(256)),
    );
    const { bytes } = request(
      'RTM_NEWLINK',
      [],
      '',
      ...values.map((value, index) => attribute(index + 1, value)),
    );
    t.is(bytes.length, uint32(bytes));
    t.is(bytes.length, align(bytes.length));
    const found = attributesOf(bytes.subarray(HEADER_SIZE));
    t.deepEqual([...found.values()].map(plain), values.map(plain));
  }
});

test('nested attributes of any depth come back as they were', (t) => {
  const random = generator(2);
  for (let round = 0; round < 100; round++) {
    const value = Uint8Array.from({ length: random(9) }, () => random(256));
    const path = Array.from({ length: 1 + random(6) }, () => 1 + random(60));
    const tree = path.reduceRight((inner, type) => nested(type, u32ed(random), inner), attribute(61, value));
    let found = attributesOf(request('RTM_NEWLINK', [], '', tree).bytes.subarray(HEADER_SIZE));
    for (const type of path) found = attributesOf(found.get(type)!);
    t.deepEqual(plain(found.get(61)!), plain(value));
  }
});

const plain = (bytes: Uint8Array): readonly number[] => [...bytes];

const u32ed = (random: (below: number) => number) =>
  attribute(
    62,
    Uint8Array.from({ length: random(5) }, () => 1),
  );

/** Numerical Recipes' linear congruence, so that a failure can be repeated. */
const generator = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};
