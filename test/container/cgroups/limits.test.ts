import test from 'ava';
import { blockIoFiles } from '../../../src/container/cgroups/block-io.ts';
import { controllersOf } from '../../../src/container/cgroups/limit-table.ts';
import { limitFiles, weightOfShares } from '../../../src/container/cgroups/limits.ts';
import { resourcesOf } from '../../../src/container/cgroups/resources.ts';
import type { BlockDeviceKey, Limits } from '../../../src/project/model/project.ts';

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
    t.is(memory?.ifMissing, 'error');
    t.is(swap?.value, version === 1 ? String(128 * MiB) : String(64 * MiB));
    t.is(swap?.from, 'memory');
    t.is(swap?.ifMissing, 'nothing');
  }
});

test('swap that is set has to be there', (t) => {
  const [, swap] = limitFiles({ memory: 64 * MiB, memorySwap: 65 * MiB }, 2);
  t.is(swap?.from, 'memorySwap');
  t.is(swap?.ifMissing, 'error');
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
  t.is(limitFiles(limits, 2)[1]?.ifMissing, 'nothing');
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

test('what few ask for, in version 1', (t) => {
  const limits = {
    memory: 64 * MiB,
    memorySwappiness: 10,
    oomKillDisable: true,
    cpuRtPeriod: 500_000,
    cpuRtRuntime: 10_000,
    cpuset: '0-1',
  } as const;
  t.deepEqual(written(limits, 1), [
    'memory.limit_in_bytes 67108864',
    'memory.memsw.limit_in_bytes 134217728',
    'memory.swappiness 10',
    'memory.oom_control 1',
    'cpu.rt_period_us 500000',
    'cpu.rt_runtime_us 10000',
    'cpuset.cpus 0-1',
  ]);
  t.deepEqual(written(limits, 2), ['memory.max 67108864', 'memory.swap.max 67108864', 'cpuset.cpus 0-1']);
});

test('block devices, in the files of each version', (t) => {
  const devices = new Map([['/dev/sda', [8, 0]]] as const);
  const limit = (limit: BlockDeviceKey, value: number) => ({ limit, path: '/dev/sda', value, from: '' });
  const { blockIO } = resourcesOf(
    {
      blockIo: {
        weight: 500,
        devices: [
          limit('weight_device', 1000),
          limit('device_read_bps', MiB),
          limit('device_write_iops', 30),
        ],
      },
    },
    devices,
  );
  const files = (version: 1 | 2) =>
    blockIoFiles(blockIO, version).map(({ file, value }) => `${file} ${value}`);
  t.deepEqual(files(1), [
    'blkio.weight 500',
    'blkio.bfq.weight 500',
    'blkio.weight_device 8:0 1000',
    'blkio.bfq.weight_device 8:0 1000',
    'blkio.throttle.read_bps_device 8:0 1048576',
    'blkio.throttle.write_iops_device 8:0 30',
  ]);
  t.deepEqual(files(2), [
    'io.weight 4950',
    'io.bfq.weight 500',
    'io.weight 8:0 10000',
    'io.bfq.weight 8:0 1000',
    'io.max 8:0 rbps=1048576',
    'io.max 8:0 wiops=30',
  ]);
  t.deepEqual(blockIoFiles(undefined, 2), []);
});

test('only services with such limits are under further controllers', (t) => {
  t.is(controllersOf({}), controllersOf({ memory: 64 * MiB } as Limits));
  t.false(controllersOf({}).some((name) => ['cpuset', 'blkio', 'io'].includes(name)));
  t.true(controllersOf({ cpuset: '0' }).includes('cpuset'));
  t.deepEqual(controllersOf({ blockIo: { devices: [] } }).slice(-2), ['blkio', 'io']);
});
