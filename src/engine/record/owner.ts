import { statSync } from 'node:fs';
import type { NamedProject } from '../../api/client.ts';
import { Problem } from '../../base/diagnostic.ts';
import type { ProjectRecord } from './project-record.ts';

/**
 * A project of this name may belong to another directory; only an explicit name selects it from here. Throws a Problem
 * then. A directory that no longer exists owns nothing.
 */
export const checkOwner = (
  record: Pick<ProjectRecord, 'workingDir'>,
  { name, workingDir, nameIsExplicit }: NamedProject,
): void => {
  if (nameIsExplicit || record.workingDir === '' || record.workingDir === workingDir) return;
  const [owner, here] = [record.workingDir, workingDir].map(identityOf);
  if (owner === undefined || owner === here) return;
  throw new Problem({
    severity: 'error',
    code: 'project-elsewhere',
    message: `the project \`${name}\` belongs to ${record.workingDir}`,
    notes: [`this command was given in ${workingDir}`],
    help: `add \`-p ${name}\` if you mean that project, or give this one another \`name:\``,
  });
};

/** Several paths may lead to one directory. */
const identityOf = (directory: string): string | undefined => {
  const found = statSync(directory, { throwIfNoEntry: false, bigint: true });
  return found && `${found.dev}:${found.ino}`;
};
