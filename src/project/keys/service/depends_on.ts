import type { CanonicalDependency } from '../../model/canonical.ts';
import type { Dependency } from '../../model/project.ts';
import { boolean, choice, mapping, names } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

const dependency = mapping('dependency', {
  condition: {
    ...choice('service_started', 'service_healthy', 'service_completed_successfully'),
    description: 'State of the other service in which this one starts.',
  },
  restart: {
    ...boolean(),
    description: 'Whether this service is restarted together with the other.',
  },
  required: {
    ...boolean(),
    keepsZero: true,
    description: 'Whether the other service must exist, true by default.',
  },
});

export const key: ServiceKey<Readonly<Record<string, CanonicalDependency>>> = {
  ...names(dependency, { condition: 'service_started', required: true }),
  description: 'Services that start before this one and stop after it.',
  model: (all, { hasService }) => {
    // A dependency that may be missing, and is, is none.
    const present = Object.entries(all).filter(([name]) => hasService(name));
    return { dependsOn: Object.fromEntries(present.map(([name, one]) => [name, toDependency(one)])) };
  },
};

export function toDependency({ condition, restart = false, required }: CanonicalDependency): Dependency {
  return { condition, restart, required };
}
