import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Project } from '../../project/model/project.ts';
import { isBelow, parseMountinfo } from '../isolation/mountinfo.ts';

/**
 * Bind mounts whose mounts are to appear on the host as well, with a source on a mount that shares nothing: the same
 * error as Docker's. A bind mount that only receives mounts is a private one there.
 */
export const propagationProblems = (project: Project, mountinfo: () => string): readonly Diagnostic[] => {
  const shared = Object.values(project.services).flatMap(({ mounts }) =>
    mounts.flatMap((mount) =>
      mount.kind === 'bind' && (mount.propagation === 'shared' || mount.propagation === 'rshared')
        ? [mount]
        : [],
    ),
  );
  if (shared.length === 0) return [];
  const onHost = parseMountinfo(mountinfo()).toSorted((a, b) => b.target.length - a.target.length);
  return shared.flatMap(({ source, propagation, from }): readonly Diagnostic[] => {
    const path = realpathSync(existing(source));
    const mount = onHost.find(({ target }) => isBelow(path, target));
    if (!mount || mount.propagation === 'shared') return [];
    return [
      {
        severity: 'error',
        code: 'invalid-value',
        message: `mounts below ${source} cannot appear on the host: it is on ${mount.target}, which is not a shared mount`,
        from,
        help: `run \`mount --make-shared ${mount.target}\`, or leave out \`${propagation}\``,
      },
    ];
  });
};

/** A source that is missing is created on the mount of the directory above it. */
const existing = (path: string): string => (existsSync(path) ? path : existing(dirname(path)));
