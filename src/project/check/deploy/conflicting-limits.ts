import { formatBytes } from '../../../base/text/bytes.ts';
import { memoryLimit } from '../../keys/parts/memory-limits.ts';
import { type Check, error } from '../checked.ts';

/** The limit of memory and swap together is not below that of memory, and not without it. */
export const swap: Check = ({ canonical, at, isBroken }) =>
  Object.entries(canonical.services).flatMap(([name, service]) => {
    const total = Number(service.memswap_limit ?? 0);
    const memory = memoryLimit(service);
    if (total <= 0 || (memory > 0 && total >= memory)) return [];
    if (['memory', 'mem_limit', 'x-tscompose', 'deploy'].some((key) => isBroken('services', name, key)))
      return [];
    const place = at('services', name, 'memswap_limit');
    if (memory <= 0) {
      const help = 'set `memory` as well';
      return [error('conflicting-keys', '`memswap_limit` needs a memory limit', place, { help })];
    }
    const path =
      service.mem_limit === undefined ? ['deploy', 'resources', 'limits', 'memory'] : ['mem_limit'];
    const labels = [{ at: at('services', name, ...path), text: `this is ${formatBytes(memory)}` }];
    const message = '`memswap_limit` must not be below `memory`: it limits memory and swap together';
    return [error('conflicting-keys', message, place, { label: `this is ${formatBytes(total)}`, labels })];
  });

/** As the engine of Docker: CPUs are a quota and a period already. */
export const quota: Check = ({ canonical, at }) =>
  Object.entries(canonical.services).flatMap(([name, service]) => {
    const key = (['cpu_quota', 'cpu_period'] as const).find((one) => service[one] !== undefined);
    if (!service.cpus || key === undefined) return [];
    const labels = [{ at: at('services', name, 'cpus'), text: 'this sets the same limit' }];
    const message = `\`${key}\` and \`cpus\` cannot both be set`;
    return [
      error('conflicting-keys', message, at('services', name, key), { labels, help: 'remove one of them' }),
    ];
  });

/** sched-rt-group.rst: the share of a period is no more than the period. */
export const realtime: Check = ({ canonical, at }) =>
  Object.entries(canonical.services).flatMap(([name, { cpu_rt_runtime = 0, cpu_rt_period = 1_000_000 }]) => {
    if (cpu_rt_runtime <= cpu_rt_period) return [];
    const message = '`cpu_rt_runtime` is more than its period';
    const help = `the period is ${cpu_rt_period} µs`;
    return [error('conflicting-keys', message, at('services', name, 'cpu_rt_runtime'), { help })];
  });

/** As in Docker's engine: without a limit, a service that is not killed can take all memory. */
export const patience: Check = ({ canonical, atKey }) =>
  Object.entries(canonical.services).flatMap(([name, service]) => {
    if (!service.oom_kill_disable || memoryLimit(service) > 0) return [];
    return [
      {
        severity: 'warning',
        code: 'conflicting-keys',
        message: '`oom_kill_disable` without a memory limit can exhaust the memory of the machine',
        at: atKey('services', name, 'oom_kill_disable'),
        help: 'set `memory` as well',
      },
    ];
  });

/** getrlimit(2): a soft limit is never above the hard one. */
export const ulimits: Check = ({ canonical, at }) =>
  Object.entries(canonical.services).flatMap(([name, service]) =>
    Object.entries(service.ulimits ?? {}).flatMap(([limit, value]) => {
      if (typeof value === 'number' || order(value.soft) <= order(value.hard)) return [];
      const place = at('services', name, 'ulimits', limit, 'soft');
      const labels = [{ at: at('services', name, 'ulimits', limit, 'hard'), text: 'the hard limit' }];
      return [
        error('conflicting-keys', `the soft limit of \`${limit}\` is above the hard one`, place, { labels }),
      ];
    }),
  );

/** -1 is no limit, so it is the greatest. */
function order(limit: number): number {
  return limit === -1 ? Number.POSITIVE_INFINITY : limit;
}
