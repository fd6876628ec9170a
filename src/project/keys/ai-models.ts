import * as z from 'zod';
import { integer, mapping, orNothing, text, texts } from './fields.ts';

/** Builds the schema of one entry of the top-level `models`. */
export function modelSchema() {
  return mapping(
    'model',
    {
      model: text().describe('Reference of the model.'),
      name: text().describe('Name of the model.'),
      context_size: integer(0).describe('Size of the context in tokens.'),
      runtime_flags: texts().describe('Flags of the program that runs the model.'),
    },
    ['model'],
  );
}

/** Builds the schema of `models` of a service: names, or names with the variables that they are told in. */
export function modelBindingsSchema() {
  const binding = mapping('binding', {
    endpoint_var: text().describe('Variable that is given the address.'),
    model_var: text().describe('Variable that is given the name.'),
  });
  return z.union([z.array(text()), z.record(z.string(), orNothing(binding)), z.null()]);
}
