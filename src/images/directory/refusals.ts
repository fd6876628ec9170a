import { Problem } from '../../base/diagnostic.ts';
import type { CallError } from '../../kernel/copy/call.ts';
import { errnoName, errnoNumber } from '../../kernel/errno.ts';
import { noSpace } from '../refusals.ts';
import { quoted } from '../tar/refusal.ts';

/** @param reason the end of a sentence about the entry */
export const refusal = (path: string, reason: string): Problem =>
  problem(`has ${quoted(path)}, which ${reason}`);

/** The kernel refuses what the entry asks for. */
export const cannotBeMade = (path: string, error: CallError): Problem => {
  if (FULL.includes(error.errno)) return noSpace('the store of images', undefined);
  return problem(`has ${quoted(path)}, which cannot be made`, [[error.call, errnoName(error.errno)]]);
};

const problem = (message: string, facts: readonly (readonly [string, string])[] = []): Problem =>
  new Problem({ severity: 'error', code: 'bad-archive', message: `the archive ${message}`, facts });

const FULL = [errnoNumber('ENOSPC'), errnoNumber('EDQUOT')];
