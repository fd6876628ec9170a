import * as z from 'zod';
import { splitCommand } from '../scalars/shell-words.ts';
import { readUser } from '../scalars/user.ts';
import { boolean, grammar, list, mapping, scalar, text, variables } from './fields.ts';

/** Builds the schema of `post_start` and `pre_stop`: commands inside the container. */
export function hooksSchema() {
  return list(mapping('hook', hookKeys(), ['command']));
}

/** Builds the schema of `pre_start`: containers that end before the service starts. */
export function preStartSchema() {
  const keys = {
    ...hookKeys(),
    image: text().describe('Image of the container, that of the service by default.'),
    per_replica: boolean().describe('Run once for each container rather than once for the service.'),
  };
  return list(mapping('hook', keys));
}

/** The keys of a command that is run beside that of a service. */
export function hookKeys() {
  return {
    command: z
      .union([grammar(text(), splitCommand), z.array(text())])
      .describe('The command: a list, or text that is split at blanks.'),
    user: scalar(readUser).describe('User that runs it, that of the service by default.'),
    privileged: boolean().describe('Run it with all capabilities.'),
    working_dir: text().describe('Directory in which it starts, that of the service by default.'),
    environment: variables().describe('Environment variables in addition to those of the service.'),
  };
}
