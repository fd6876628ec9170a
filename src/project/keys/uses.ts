import { lazy } from '../../base/lazy.ts';
import type { CanonicalService } from '../model/canonical.ts';
import type { ServiceKey, Use } from './service-key.ts';
import { serviceKeys } from './service-keys.ts';

/** Everything that a service names which is declared elsewhere in the project, but for `depends_on`. */
export function usesOf(service: CanonicalService): Use[] {
  return keysWithUses().flatMap(([name, key]) => {
    const value = service[name] ?? undefined;
    return value !== undefined && isWhole(value, key) ? (key.uses?.(value) ?? []) : [];
  });
}

/** The services to which a service links, or whose namespaces or mounts it uses. */
export function servicesUsedBy(service: CanonicalService): Use[] {
  return usesOf(service).filter(({ of }) => of === 'services');
}

const keysWithUses = lazy(() => Object.entries(serviceKeys).filter(([, { uses }]) => uses !== undefined));

/** Whether a value is of the kind that its key has: one with variables that are not replaced is a text. */
function isWhole(value: unknown, { items, each, keys }: ServiceKey): boolean {
  if (items) return Array.isArray(value);
  return each || keys ? typeof value === 'object' : true;
}
