import * as z from 'zod';
import { splitCommand } from '../../scalars/shell-words.ts';
import { schemaOf, text } from '../kinds.ts';
import { asArguments } from '../long-forms.ts';
import { replace } from '../merge-rules.ts';
import type { Value } from '../value.ts';

/** A command as a list or as text that is split at spaces; null clears what there was. */
export const command: Value = {
  schema: () => z.union([schemaOf(text(splitCommand)), z.array(z.string()), z.null()]),
  longForm: asArguments,
  merge: replace,
};
