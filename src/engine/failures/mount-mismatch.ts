import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Container } from '../../container/facts.ts';
import type { Launched } from '../../kernel/launch/launch.ts';
import { errnoName } from '../../kernel/program/errno.ts';
import { undoneText } from './start-failure.ts';

/**
 * The diagnostic of a directory that was to be mounted on something else, or of the reverse; undefined for any other
 * failure.
 */
export const mountMismatch = (
  { name, files, grants, config, volumes, madeSources, origin }: Container,
  { failure, undone }: Extract<Launched, { readonly ok: false }>,
): Diagnostic | undefined => {
  const { step } = failure;
  const target = step.from;
  if (failure.kind !== 'errno' || step.call !== 'move_mount' || target === undefined) return undefined;
  const error = errnoName(failure.errno);
  if (!MISMATCHES.has(error)) return undefined;
  const grant = grants.find((one) => one.target === target);
  const source = config.mounts.find(({ destination }) => destination === target)?.source;
  if (!grant && source === undefined) return undefined;
  const isFile = grant !== undefined || files.has(source!);
  const volume = volumes.get(target);
  const from = origin(target);
  return {
    severity: 'error',
    code: 'step-failed',
    message: `${name} could not start: \`${target}\` is a ${isFile ? 'directory' : 'file'} in the root file system, and its source is a ${isFile ? 'file' : 'directory'}`,
    ...(from !== undefined && { from }),
    facts: [
      ['source', grant ? `${grant.kind} ${grant.key}` : volume ? `volume ${volume.name}` : source!],
      ['call', `move_mount = ${error}`],
      ['undone', undoneText(undone)],
    ],
    help: isFile
      ? 'write the path of a file as the target, with the name that the file gets there'
      : helpFor(grant || volume ? undefined : source, madeSources),
  };
};

/** The path of a bind mount. As in Docker, a missing source is created as a directory. */
const helpFor = (path: string | undefined, made: Container['madeSources']): string => {
  if (path === undefined) return 'write the path of a directory as the target';
  return made.some((one) => one.path === path)
    ? `create the file ${path} first: a missing source becomes a directory`
    : `if the source is to be a file, run \`rmdir ${path}\` and create it`;
};

const MISMATCHES: ReadonlySet<string> = new Set(['EINVAL', 'ENOTDIR']);
