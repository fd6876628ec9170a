import type { Project } from '../project/model/project.ts';
import type { Zod } from './call.ts';

/** The canonical project, as the caller has read it from the files. */
export const project = (z: Zod) =>
  z.custom<Project>((value) => isObject(value) && FIELDS.every(([key, isGood]) => isGood(value[key])));

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): boolean => typeof value === 'string';

const FIELDS: readonly (readonly [key: keyof Project, isGood: (value: unknown) => boolean])[] = [
  ['name', isText],
  ['workingDir', isText],
  ['files', Array.isArray],
  ['services', isObject],
  ['inactive', Array.isArray],
  ['networks', isObject],
];
