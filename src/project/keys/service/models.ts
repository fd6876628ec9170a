import { mapping, names, orNothing, text } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

const binding = orNothing(
  mapping('binding', {
    endpoint_var: { ...text(), description: 'Environment variable for the address.' },
    model_var: { ...text(), description: 'Environment variable for the name.' },
  }),
);

export const key: ServiceKey<Readonly<Record<string, unknown>>> = {
  ...names(binding),
  unsupported: 'AI models that the service uses',
  uses: (models) => Object.keys(models).map((name) => ({ of: 'models', name, path: ['models', name] })),
};
