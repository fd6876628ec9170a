import { Problem } from '../../base/diagnostic.ts';

/** The error for a malformed request: status 400. */
export const malformed = (message: string): Problem =>
  new Problem({ severity: 'error', code: 'usage', message });
