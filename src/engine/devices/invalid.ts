import type { Diagnostic, ModelPath } from '../../base/diagnostic.ts';

/** One error about a device, and the way out. */
export const invalid = (message: string, help: string, from?: ModelPath): readonly Diagnostic[] => [
  { severity: 'error', code: 'invalid-value', message, ...(from === undefined ? {} : { from }), help },
];
