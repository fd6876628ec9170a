import { Problem } from '../../base/diagnostic.ts';
import { descriptorsOf } from '../../kernel/ffi/descriptors.ts';
import type { Context } from './context.ts';

/** Enough for the concurrent starts, about fifteen each, and for the connections of callers. */
const ROOM = 160;

/** Refuses an operation that would run out of descriptors halfway, where an undo could fail too. */
export const requireDescriptors = ({ values }: Context): void => {
  const { used, limit } = descriptorsOf(values['$host.null'] as number);
  if (used + ROOM <= limit) return;
  throw new Problem({
    severity: 'error',
    code: 'too-many-descriptors',
    message: 'the supervisor of this project has reached its limit of open files',
    facts: [['limit', `${limit} (RLIMIT_NOFILE), ${used} are open`]],
    help: 'run `ulimit -Hn` with a larger number before the first `up`: each container takes five',
  });
};
