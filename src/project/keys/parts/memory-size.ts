import { readMemory } from '../../scalars/numbers.ts';
import { scalar } from '../kinds.ts';
import { asBytes } from '../long-forms.ts';
import type { Value } from '../value.ts';

/** A memory limit, at least the memory that a process needs to start. */
export const memory: Value = { ...scalar(readMemory), longForm: asBytes, sameAsNone: '0' };
