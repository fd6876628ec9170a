import type { Problem } from '../../base/diagnostic.ts';
import type { CallError } from '../../kernel/copy/call.ts';
import { errnoName, errnoNumber } from '../../kernel/program/errno.ts';
import { noSpace } from '../model/refusals.ts';
import type { TarEntry } from '../tar/entry.ts';
import { BLOCK } from '../tar/header.ts';
import { ArchiveError, quoted } from '../tar/refusal.ts';

/** @param flaw the end of a sentence about the entry */
export const refusal = ({ path, at }: TarEntry, flaw: string): Problem =>
  new ArchiveError(`has an entry that ${flaw}: ${quoted(path)}`, Math.max(0, at - BLOCK));

/** The kernel refuses a call for the entry. */
export const cannotBeMade = (entry: TarEntry, { call, errno }: CallError): Problem =>
  FULL.includes(errno)
    ? noSpace('the store of images', undefined)
    : refusal(entry, `cannot be made (${call}: ${errnoName(errno)})`);

const FULL = [errnoNumber('ENOSPC'), errnoNumber('EDQUOT')];
