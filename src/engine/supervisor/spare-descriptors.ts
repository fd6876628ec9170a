import { Problem } from '../../base/diagnostic.ts';
import { descriptorsOf } from '../../kernel/ffi/descriptors.ts';
import type { Context } from './context.ts';

/** What the starts that go on at once need, each some fifteen, and whoever calls meanwhile. */
const ROOM = 160;

/** Refuses what would begin and then find no descriptor left in the middle, where nothing could be undone properly. */
export const requireDescriptors = ({ values }: Context): void => {
  const { used, limit } = descriptorsOf(values['$host.null'] as number);
  if (used + ROOM <= limit) return;
  throw new Problem({
    severity: 'error',
    code: 'too-many-descriptors',
    message: 'the supervisor of this project has reached its limit of open files',
    facts: [['limit', `${limit} (RLIMIT_NOFILE), ${used} are open`]],
    help: 'run `ulimit -Hn` with a larger number before the first `up`: each container takes three',
  });
};
