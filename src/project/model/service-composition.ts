import { readProfile } from '../scalars/names.ts';
import { grammar, type Keys, list, text } from './fields.ts';

/** Whether a service belongs to the project, and what it is made from. */
export function compositionKeys(): Keys {
  return {
    profiles: () =>
      list(grammar(text(), readProfile)).describe(
        'Groups; the service is left out unless `--profile` or COMPOSE_PROFILES names one, or a command names it.',
      ),
  };
}
