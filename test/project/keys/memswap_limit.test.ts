import test from 'ava';
import { problems, service, web } from '../support.ts';

const mebibyte = 1024 ** 2;

test('it counts memory and swap together', (t) => {
  const { limits } = service(t, web('memory: 64m\nmemswap_limit: 96m'));
  t.deepEqual(limits, { memory: 64 * mebibyte, memorySwap: 96 * mebibyte });
});

test('-1 is no limit', (t) => {
  t.is(service(t, web('memory: 64m\nmemswap_limit: -1')).limits.memorySwap, -1);
});

test('it must not be below memory', (t) => {
  t.deepEqual(problems(web('memory: 64m\nmemswap_limit: 32m')), ['error conflicting-keys 5:20 32m']);
});

test('it needs memory', (t) => {
  t.deepEqual(problems(web('memswap_limit: 32m')), ['error conflicting-keys 4:20 32m']);
});

test('a wrong memory is the only thing wrong', (t) => {
  t.deepEqual(problems(web('memory: much\nmemswap_limit: 32m')), ['error invalid-value 4:13 much']);
});

test('no other number stands for no limit', (t) => {
  t.deepEqual(problems(web('memory: 64m\nmemswap_limit: -5')), ['error invalid-value 5:20 -5']);
});

test('the limit of memory may be that of deploy', (t) => {
  const deploy = 'deploy: {resources: {limits: {memory: 64m}}}';
  t.is(service(t, web(`memswap_limit: 96m\n${deploy}`)).limits.memorySwap, 96 * 1024 ** 2);
  t.deepEqual(problems(web(`memswap_limit: 32m\n${deploy}`)), ['error conflicting-keys 4:20 32m']);
});
