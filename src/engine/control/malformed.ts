import { Problem } from '../../base/diagnostic.ts';

/** A request that cannot be understood, whatever it is about: status 400. */
export const malformed = (message: string): Problem =>
  new Problem({ severity: 'error', code: 'usage', message });
