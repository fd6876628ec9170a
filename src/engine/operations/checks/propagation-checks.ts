import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { Project } from '../../../project/model/project.ts';
import { isBelow, parseMountinfo } from '../../isolation/mountinfo.ts';

/**
 * Bind mounts that are to share mounts with the host, or to receive those of the host, with a source on a mount that does
 * neither: the same errors as Docker's.
 */
export const propagationProblems = (project: Project, mountinfo: () => string): readonly Diagnostic[] => {
  const taking = Object.values(project.services).flatMap(({ mounts }) =>
    mounts.flatMap((mount) =>
      mount.kind === 'bind' && mount.propagation !== undefined && !mount.propagation.endsWith('private')
        ? [mount]
        : [],
    ),
  );
  if (taking.length === 0) return [];
  const onHost = parseMountinfo(mountinfo()).toSorted((a, b) => b.target.length - a.target.length);
  return taking.flatMap(({ source, propagation, from }): readonly Diagnostic[] => {
    const path = realpathSync(existing(source));
    const mount = onHost.find(({ target }) => isBelow(path, target));
    const receives = propagation!.endsWith('slave');
    if (!mount || mount.propagation === 'shared' || (receives && mount.propagation === 'slave')) return [];
    const [what, kind] = receives
      ? ['mounts of the host cannot appear below', 'a shared or slave mount']
      : ['mounts cannot appear on the host below', 'a shared mount'];
    return [
      {
        severity: 'error',
        code: 'invalid-value',
        message: `${what} ${source}: it is on ${mount.target}, which is not ${kind}`,
        from,
        help: `run \`mount --make-${propagation!.startsWith('r') ? 'r' : ''}shared ${mount.target}\`, or leave out \`${propagation}\``,
      },
    ];
  });
};

/** A source that is missing is created on the mount of the directory above it. */
const existing = (path: string): string => (existsSync(path) ? path : existing(dirname(path)));
