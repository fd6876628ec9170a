import { readCpuset } from '../scalars/cpuset.ts';
import { flaw, type Parsed } from '../scalars/flaw.ts';
import { integerFrom, readBytes, readMicroseconds } from '../scalars/numbers.ts';
import { readGroup } from '../scalars/user.ts';
import { blockIoSchema } from './block-io.ts';
import { boolean, grammar, type Keys, list, numberOrText, text } from './fields.ts';

/** Keys of what a service may use beyond the plain limits, and of what its process is. */
export function resourceKeys(): Keys {
  return {
    cpu_period: () =>
      grammar(numberOrText(), between(1000, 1_000_000)).describe(
        'Length of the period of `cpu_quota` in microseconds, 100000 by default.',
      ),
    cpu_quota: () =>
      grammar(numberOrText(), readQuota).describe(
        'CPU time in microseconds that the service may use in each period, 0 or -1 for no limit.',
      ),
    cpu_rt_period: () =>
      grammar(numberOrText(), readRealtime(1)).describe(
        'Length of the period of `cpu_rt_runtime`, in microseconds or such as `1s`; a second by default.',
      ),
    cpu_rt_runtime: () =>
      grammar(numberOrText(), readRealtime(0)).describe(
        'Time in each period for processes of the real-time scheduler, in microseconds or such as `400ms`.',
      ),
    cpuset: () =>
      grammar(numberOrText(), readCpuset).describe('The CPUs that the service may run on, such as `0-3,7`.'),
    blkio_config: () =>
      blockIoSchema().describe('Weights and limits of what the service reads from block devices and writes.'),
    mem_swappiness: () =>
      grammar(numberOrText(), between(-1, 100)).describe(
        'How readily its memory is swapped out, from 0 to 100; -1 as everybody else.',
      ),
    oom_kill_disable: () =>
      boolean().describe('Let the service wait, and not be killed, where it reaches its limit of memory.'),
    mem_reservation: () =>
      grammar(numberOrText(), readBytes).describe(
        'Memory that the kernel leaves to the service when it is short of it.',
      ),
    shm_size: () =>
      grammar(numberOrText(), readBytes).describe('Size of /dev/shm, such as `128m`; 64m by default.'),
    oom_score_adj: () =>
      grammar(numberOrText(), between(-1000, 1000)).describe(
        'How readily the kernel ends the service when memory runs out, from -1000 to 1000.',
      ),
    group_add: () =>
      list(grammar(numberOrText(), readGroup)).describe('Further groups of the user, by name or id.'),
    security_opt: () =>
      list(text()).describe(
        'Options of security: `no-new-privileges` keeps setuid programs from gaining privileges.',
      ),
  };
}

const between =
  (least: number, most: number) =>
  (value: number | string): Parsed<number> => {
    const parsed = integerFrom(least)(value);
    return 'flaw' in parsed || parsed.value <= most ? parsed : flaw(`be ${most} or less`);
  };

const readRealtime =
  (least: number) =>
  (value: number | string): Parsed<number> => {
    const parsed = readMicroseconds(value);
    return 'flaw' in parsed || parsed.value >= least ? parsed : flaw(`be ${least} or more`);
  };

/** The kernel takes no less than a millisecond. */
function readQuota(value: number | string): Parsed<number> {
  const parsed = integerFrom(-1)(value);
  if ('flaw' in parsed || parsed.value <= 0 || parsed.value >= 1000) return parsed;
  return flaw('be 1000 or more', 'the kernel takes no less than a millisecond');
}
