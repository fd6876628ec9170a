import * as z from 'zod';
import { readProfile } from '../scalars/names.ts';
import { grammar, type Keys, list, mapping, text } from './fields.ts';

/** Whether a service belongs to the project, and what it is made from. */
export function compositionKeys(): Keys {
  return {
    extends: () =>
      z
        .union([text(), extensionSchema()])
        .describe(
          'The service to start from, of this file or of another: what this one says is merged over it.',
        ),
    profiles: () =>
      list(grammar(text(), readProfile)).describe(
        'Groups; the service is left out unless `--profile` or COMPOSE_PROFILES names one, or a command names it.',
      ),
  };
}

function extensionSchema() {
  return mapping(
    'extension',
    {
      service: text().describe('Name of the other service.'),
      file: text().describe('The file that it is in, whose paths are relative to itself.'),
    },
    ['service'],
  );
}
