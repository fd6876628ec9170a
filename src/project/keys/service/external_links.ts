import { readLink } from '../../scalars/references.ts';
import { uniqueText } from '../merge-rules.ts';
import type { Value } from '../value.ts';
import { list, text } from '../values.ts';

export const key: Value = {
  ...list(text(readLink)),
  merge: uniqueText,
  unsupported: 'containers outside the project to reach by name',
};
