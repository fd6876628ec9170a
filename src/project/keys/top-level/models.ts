import { integer, mapping, orNothing, text, texts } from '../kinds.ts';
import { byName } from '../parts/by-name.ts';
import type { Value } from '../value.ts';

const model = mapping(
  'model',
  {
    model: { ...text(), description: 'Reference of the model.' },
    name: { ...text(), description: 'Name of the model.' },
    context_size: { ...integer(0), description: 'Size of the context in tokens.' },
    runtime_flags: { ...texts(), description: 'Flags of the program that runs the model.' },
  },
  ['model'],
);

export const key: Value = { ...byName(orNothing(model)), unsupported: 'AI models that services use' };
