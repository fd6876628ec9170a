import * as z from 'zod';
import { splitCommand } from '../../scalars/shell-words.ts';
import { readUser } from '../../scalars/user.ts';
import { boolean, list, mapping, scalar, schemaOf, text, variables } from '../kinds.ts';
import { asArguments } from '../long-forms.ts';
import type { Keys } from '../value.ts';
import { asUser } from './decimal-user.ts';

/** The keys of a command that is run beside that of a service. */
export const hookKeys: Keys = {
  command: {
    schema: () => z.union([schemaOf(text(splitCommand)), z.array(z.string()), z.null()]),
    longForm: asArguments,
    blank: null,
    description: 'The command: a list, or text that is split at spaces.',
  },
  user: {
    ...scalar(readUser),
    longForm: asUser,
    description: 'User of the command, that of the service by default.',
  },
  privileged: { ...boolean(), description: 'Run it with all capabilities.' },
  working_dir: {
    ...text(),
    description: 'Working directory of the command, that of the service by default.',
  },
  environment: {
    ...variables(),
    description: 'Environment variables in addition to those of the service.',
  },
};

/** Commands inside the container. */
export const hooks = list(mapping('hook', hookKeys, ['command']));
