import test from 'ava';
import { limitFiles, weightOfShares } from '../../src/container/limits.ts';
import type { Limits } from '../../src/project/model/project.ts';

const MiB = 1024 ** 2;

test('a service without limits writes nothing', (t) => {
  t.deepEqual(limitFiles({}, 1), []);
  t.deepEqual(limitFiles({}, 2), []);
});

test('all limits in version 1, in the order that the kernel accepts', (t) => {
  t.deepEqual(written({ memory: 64 * MiB, memorySwap: 96 * MiB, cpus: 1.5, cpuShares: 512, pids: 100 }, 1), [
    'memory.limit_in_bytes 67108864',
    'memory.memsw.limit_in_bytes 100663296',
    'cpu.cfs_period_us 100000',
    'cpu.cfs_quota_us 150000',
    'cpu.shares 512',
    'pids.max 100',
  ]);
});

test('all limits in version 2, where swap is counted by itself', (t) => {
  t.deepEqual(written({ memory: 64 * MiB, memorySwap: 96 * MiB, cpus: 1.5, cpuShares: 512, pids: 100 }, 2), [
    'memory.max 67108864',
    'memory.swap.max 33554432',
    'cpu.max 150000 100000',
    'cpu.weight 59',
    'pids.max 100',
  ]);
});

test('swap is as much as memory unless it is set, and may be missing in the kernel then', (t) => {
  for (const version of [1, 2] as const) {
    const [memory, swap] = limitFiles({ memory: 64 * MiB }, version);
    t.is(memory?.optional, false);
    t.is(swap?.value, version === 1 ? String(128 * MiB) : String(64 * MiB));
    t.is(swap?.from, 'memory');
    t.is(swap?.optional, true);
  }
});

test('swap that is set has to be there', (t) => {
  const [, swap] = limitFiles({ memory: 64 * MiB, memorySwap: 65 * MiB }, 2);
  t.is(swap?.from, 'memorySwap');
  t.is(swap?.optional, false);
});

test('swap without limit', (t) => {
  const limits = { memory: 64 * MiB, memorySwap: -1 };
  t.deepEqual(written(limits, 1), ['memory.limit_in_bytes 67108864', 'memory.memsw.limit_in_bytes -1']);
  t.deepEqual(written(limits, 2), ['memory.max 67108864', 'memory.swap.max max']);
});

test('no swap at all', (t) => {
  const limits = { memory: 64 * MiB, memorySwap: 64 * MiB };
  t.deepEqual(written(limits, 1), ['memory.limit_in_bytes 67108864', 'memory.memsw.limit_in_bytes 67108864']);
  t.deepEqual(written(limits, 2), ['memory.max 67108864', 'memory.swap.max 0']);
  t.true(limitFiles(limits, 2)[1]?.optional);
});

test('a quota below the least that the kernel takes is raised to it', (t) => {
  t.deepEqual(written({ cpus: 0.001 }, 2), ['cpu.max 1000 100000']);
  t.deepEqual(written({ cpus: 0.29 }, 2), ['cpu.max 29000 100000']);
});

test('pids without limit', (t) => {
  t.deepEqual(written({ pids: -1 }, 1), ['pids.max max']);
  t.deepEqual(written({ pids: 0 }, 2), ['pids.max max']);
});

test('zero is not set', (t) => {
  t.deepEqual(written({ memory: 0, memorySwap: 0, cpus: 0, cpuShares: 0 }, 1), []);
  t.deepEqual(written({ memory: 0, memorySwap: 0, cpus: 0, cpuShares: 0 }, 2), []);
});

test('every write names its controller and the attribute behind it', (t) => {
  const limits = { memory: 64 * MiB, cpus: 1, cpuShares: 2, pids: 3 };
  t.deepEqual(
    limitFiles(limits, 1).map(({ controller, from }) => [controller, from]),
    [
      ['memory', 'memory'],
      ['memory', 'memory'],
      ['cpu', 'cpus'],
      ['cpu', 'cpus'],
      ['cpu', 'cpuShares'],
      ['pids', 'pids'],
    ],
  );
});

test('shares become weights on the curve of the OCI runtimes', (t) => {
  const vectors = [
    [1, 1],
    [2, 1],
    [10, 4],
    [100, 17],
    [128, 21],
    [256, 35],
    [512, 59],
    [1000, 99],
    [1024, 100],
    [2048, 174],
    [4096, 303],
    [10_240, 639],
    [100_000, 4340],
    [262_144, 10_000],
    [1_000_000, 10_000],
  ] as const;
  for (const [shares, weight] of vectors) t.is(weightOfShares(shares), weight, String(shares));
});

test('more shares never weigh less', (t) => {
  let last = 0;
  for (let shares = 2; shares < 263_000; shares += 37) {
    const weight = weightOfShares(shares);
    t.true(weight >= last && weight >= 1 && weight <= 10_000);
    last = weight;
  }
});

const written = (limits: Limits, version: 1 | 2): readonly string[] =>
  limitFiles(limits, version).map(({ file, value }) => `${file} ${value}`);
