import { projectPaths } from '../directories/project-paths.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import { glance } from '../record/read.ts';
import { noContainer } from './find-container.ts';

/** A container in the record of a project, and the directory of its layer. Throws a Problem if there is none any more. */
export const recordOf = (
  project: string,
  id: string,
): { readonly container: ContainerRecord; readonly layer: string } => {
  const paths = projectPaths(project);
  const container = Object.values(glance(paths.record)?.containers ?? {}).find((each) => each.id === id);
  if (!container) throw noContainer(id.slice(0, 12));
  return { container, layer: paths.container(container.name).layer };
};
