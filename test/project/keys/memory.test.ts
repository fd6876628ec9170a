import test from 'ava';
import { canonicalService, problems, service, web } from '../support.ts';

const mebibyte = 1024 ** 2;

test('a size in any unit becomes bytes, with as much swap again', (t) => {
  t.deepEqual(service(t, web('memory: 256m')).limits, { memory: 256 * mebibyte, memorySwap: 512 * mebibyte });
  t.is(service(t, web('memory: 1.5 GiB')).limits.memory, 1536 * mebibyte);
  t.is(service(t, web('memory: 67108864')).limits.memory, 64 * mebibyte);
});

test('memory is printed as mem_limit', (t) => {
  const { mem_limit, memory } = canonicalService(web('memory: 256m'));
  t.deepEqual({ mem_limit, memory }, { mem_limit: '268435456', memory: undefined });
});

test('mem_limit and x-tscompose.memory mean the same', (t) => {
  t.is(service(t, web('mem_limit: 256m')).limits.memory, 256 * mebibyte);
  t.is(service(t, web('x-tscompose:\n  memory: 256m')).limits.memory, 256 * mebibyte);
});

test('both names may be set if they agree', (t) => {
  t.is(service(t, web('memory: 256m\nmem_limit: 262144k')).limits.memory, 256 * mebibyte);
  t.deepEqual(problems(web('memory: 256m\nmem_limit: 512m')), ['error conflicting-keys 4:13 256m']);
});

test('0 and -1 are no limit', (t) => {
  t.deepEqual(service(t, web('memory: 0')).limits, {});
  t.deepEqual(service(t, web('memory: -1')).limits, {});
});

test('less than 6 MiB is refused', (t) => {
  t.deepEqual(problems(web('memory: 5m')), ['error invalid-value 4:13 5m']);
  t.is(service(t, web('memory: 6m')).limits.memory, 6 * mebibyte);
});

for (const size of ['256 megs', '1.5', '-5m', '1  g', 'lots']) {
  test(`${size} is no size`, (t) => {
    t.deepEqual(problems(web(`memory: ${size}`)), [`error invalid-value 4:13 ${size}`]);
  });
}

test('no value is refused rather than taken for no limit', (t) => {
  t.deepEqual(problems(web('memory:')), ['error invalid-type 4:5 memory']);
});
