import { readLink } from '../../scalars/references.ts';
import { list, text } from '../kinds.ts';
import { uniqueText } from '../merge-rules.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...list(text(readLink)),
  merge: uniqueText,
  unsupported: 'containers outside the project to reach by name',
};
