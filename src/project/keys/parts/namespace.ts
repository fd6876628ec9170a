import { parsedValue } from '../../scalars/flaw.ts';
import { type NamespaceKey, readNamespace } from '../../scalars/namespaces.ts';
import { serviceOf } from '../../scalars/references.ts';
import { orNothing, text } from '../kinds.ts';
import type { ServiceKey, Use } from '../service-key.ts';

/** A key that says whose namespace a service has. */
export const namespace = (key: NamespaceKey): ServiceKey<string> => ({
  ...orNothing(text(readNamespace(key))),
  model: (value) => ({ namespaces: { [key]: parsedValue(readNamespace(key)(value)) } }),
});

/** The service whose namespace is joined: `service:name`. */
export function joined(key: string, value: unknown): Use[] {
  const name = serviceOf(value);
  return name === undefined ? [] : [{ of: 'services', name, path: [key], restart: true }];
}
