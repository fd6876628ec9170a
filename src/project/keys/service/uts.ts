import type { Parsed } from '../../scalars/flaw.ts';
import { type Namespace, readNamespace } from '../../scalars/namespaces.ts';
import { serviceOf } from '../../scalars/references.ts';
import { orNothing, text } from '../kinds.ts';
import { joined, namespace } from '../parts/namespace.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...namespace('uts'),
  ...orNothing(text(readWritten)),
  description: 'UTS namespace: `host`, or a private one by default.',
  uses: (value) => joined('uts', value),
  // Nothing with another value is run.
  model: (value) => ({ namespaces: value === 'host' ? { uts: { kind: 'host' } } : {} }),
};

/** Docker Compose takes the namespace of a service too; its engine refuses it. */
function readWritten(text: string): Parsed<Namespace | undefined> {
  return serviceOf(text) === undefined ? readNamespace('uts')(text) : { value: undefined };
}
