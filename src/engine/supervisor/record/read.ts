import { readJson } from '../json-file.ts';
import type { ProjectRecord } from './project-record.ts';

export const readRecord = (path: string): ProjectRecord | undefined =>
  readJson(path) as ProjectRecord | undefined;
