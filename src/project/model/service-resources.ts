import { flaw, type Parsed } from '../scalars/flaw.ts';
import { integerFrom, readBytes } from '../scalars/numbers.ts';
import { readGroup } from '../scalars/user.ts';
import { grammar, type Keys, list, numberOrText, text } from './fields.ts';

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

/** The kernel takes no less than a millisecond. */
function readQuota(value: number | string): Parsed<number> {
  const parsed = integerFrom(-1)(value);
  if ('flaw' in parsed || parsed.value <= 0 || parsed.value >= 1000) return parsed;
  return flaw('be 1000 or more', 'the kernel takes no less than a millisecond');
}
