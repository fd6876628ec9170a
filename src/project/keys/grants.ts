import * as z from 'zod';
import { readId } from '../scalars/user.ts';
import { list, mapping, mode, scalar, text } from './fields.ts';

/** Builds the schema of `secrets` or `configs` of a service: which it is given, where and to whom. */
export function grantsSchema(kind: 'secret' | 'config') {
  const grant = mapping(
    kind,
    {
      source: text().describe(`Name of the ${kind} under the top-level \`${kind}s\`.`),
      target: text().describe(targets[kind]),
      uid: scalar(readId).describe('User that owns the file, 0 by default.'),
      gid: scalar(readId).describe('Group that owns the file, 0 by default.'),
      mode: mode().describe('Permissions of the file in octal, `0444` by default.'),
    },
    ['source'],
  );
  return list(z.union([text(), grant]));
}

const targets = {
  secret: 'Path of the file, relative to `/run/secrets`; by default the name of the secret.',
  config: 'Path of the file in the container; by default the name of the config, in the root.',
};
