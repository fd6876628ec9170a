import type { CanonicalService } from '../../model/canonical.ts';
import { ulimits } from '../parts/ulimits.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<NonNullable<CanonicalService['ulimits']>> = {
  ...ulimits,
  description: 'Resource limits of each process, such as `nofile`.',
  model: (all) => ({ ulimits: bothOf(all) }),
};

/** A number alone is both limits. */
function bothOf(all: NonNullable<CanonicalService['ulimits']>) {
  const both = Object.entries(all).map(([name, limit]) => {
    const { soft, hard } = typeof limit === 'number' ? { soft: limit, hard: limit } : limit;
    return [name, { soft, hard }] as const;
  });
  return Object.fromEntries(both);
}
