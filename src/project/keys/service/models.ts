import * as z from 'zod';
import { namesToMapping } from '../long-forms.ts';
import type { ServiceKey } from '../service-key.ts';
import { mapping, orNothing, schemaOf, text } from '../values.ts';

const binding = orNothing(
  mapping('binding', {
    endpoint_var: { ...text(), description: 'Variable that is given the address.' },
    model_var: { ...text(), description: 'Variable that is given the name.' },
  }),
);

export const key: ServiceKey<'models'> = {
  each: binding,
  schema: () => z.union([z.array(z.string()), z.record(z.string(), schemaOf(binding)), z.null()]),
  longForm: namesToMapping(null),
  unsupported: 'AI models that the service uses',
  uses: (models) => Object.keys(models).map((name) => ({ of: 'models', name, path: ['models', name] })),
};
