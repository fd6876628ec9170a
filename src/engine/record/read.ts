import { readFileSync } from 'node:fs';
import { recordProblem } from './check.ts';
import { type ProjectRecord, VERSION } from './project-record.ts';

/** The paths of a record and of its previous copy. */
export type RecordFiles = { readonly record: string; readonly previousRecord: string };

export type Reading =
  | { readonly found: 'nothing' }
  | { readonly found: 'record'; readonly record: ProjectRecord }
  /** The reason why the newest record cannot be used, if the previous copy can. */
  | { readonly found: 'previous'; readonly record: ProjectRecord; readonly reason: string }
  | { readonly found: 'damage'; readonly reason: string };

export const readRecord = ({ record, previousRecord }: RecordFiles): Reading => {
  const newest = readFile(record);
  if (newest.isGood) return { found: 'record', record: newest.record };
  const previous = readFile(previousRecord);
  const { reason } = newest;
  if (previous.isGood && !newest.isNewer) return { found: 'previous', record: previous.record, reason };
  return newest.isMissing && previous.isMissing ? { found: 'nothing' } : { found: 'damage', reason };
};

/** The newest usable record, for readers that change nothing; undefined if there is none. */
export const glance = (path: string): ProjectRecord | undefined => {
  const file = readFile(path);
  return file.isGood ? file.record : undefined;
};

/**
 * The directory of a project, out of its record; undefined if the file names none. The rest of the record is not
 * checked, which takes longer than all else that a command needs of it.
 */
export const recordedDirectory = (path: string): string | undefined => {
  let directory: unknown;
  try {
    directory = JSON.parse(readFileSync(path, 'utf8'))?.workingDir;
  } catch {
    return undefined;
  }
  return typeof directory === 'string' ? directory : undefined;
};

type File =
  | { readonly isGood: true; readonly record: ProjectRecord; readonly isMissing: false }
  | {
      readonly isGood: false;
      readonly reason: string;
      readonly isMissing: boolean;
      /** Written by a newer tscompose. */
      readonly isNewer: boolean;
    };

const readFile = (path: string): File => {
  const bad = { isGood: false, isMissing: false, isNewer: false } as const;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { ...bad, isMissing: true, reason: 'is missing' };
    if (code !== 'EISDIR' && code !== 'EIO') throw error;
    return { ...bad, reason: `cannot be read: ${code}` };
  }
  if (text === '') return { ...bad, reason: 'is empty' };
  const value = parse(text);
  if (value === undefined) return { ...bad, reason: 'is no JSON' };
  const version = (value as { readonly version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > VERSION) {
    const reason = `is of version ${version}, and this tscompose reads version ${VERSION}`;
    return { ...bad, isNewer: true, reason };
  }
  const problem = recordProblem(value);
  if (problem !== undefined) return { ...bad, reason: `is no record: ${problem.trimStart()}` };
  return { isGood: true, isMissing: false, record: value as ProjectRecord };
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
