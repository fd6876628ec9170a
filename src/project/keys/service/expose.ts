import { orEmpty, validValues } from '../../scalars/flaw.ts';
import { readExposed, readExposedRange } from '../../scalars/network/ports.ts';
import { list, scalar } from '../kinds.ts';
import { asText } from '../long-forms.ts';
import { uniqueText } from '../merge-rules.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<readonly string[]> = {
  ...list({ ...scalar(orEmpty(readExposed)), longForm: asText }),
  merge: uniqueText,
  description: 'Ports that other services may use; informational, as all ports are reachable.',
  model: (ports) => {
    const expose = validValues(ports, readExposedRange);
    return { expose: expose.length > 0 ? expose : undefined };
  },
};
