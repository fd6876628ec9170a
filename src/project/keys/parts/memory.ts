import { readMemory } from '../../scalars/numbers.ts';
import { asBytes } from '../long-forms.ts';
import type { Value } from '../value.ts';
import { scalar } from '../values.ts';

/** A limit of memory: no less than what a process needs to start. */
export const memory: Value = { ...scalar(readMemory), longForm: asBytes };
