import type { Project } from '../project/model/project.ts';
import { projectProblem } from '../project/model/shape.ts';
import type { Zod } from './call.ts';

/** The canonical project, as the caller has read it from the files. */
export const project = (z: Zod) =>
  z.custom<Project>((value) => projectProblem(value) === undefined, {
    error: ({ input }) => (projectProblem(input) ?? '').trimStart(),
  });
