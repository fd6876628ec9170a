import type { Project } from '../project/model/project.ts';
import { projectProblem } from '../project/model/shape.ts';
import type { Zod } from './call.ts';

/** The canonical project that the caller has read from the files. */
export const project = (z: Zod) =>
  z.custom<Project>((value) => projectProblem(value) === undefined, {
    error: ({ input }) => (projectProblem(input) ?? '').trimStart(),
  });
