import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { OciHook } from '../../../container/oci.ts';
import { invalid } from '../invalid.ts';
import type { SpecifiedHook } from './specification.ts';

export const hookOf = ({ path, args, env, timeout }: SpecifiedHook): OciHook => ({
  path,
  ...(args ? { args } : {}),
  ...(env ? { env } : {}),
  ...(timeout ? { timeout } : {}),
});

/** A hook runs with all privileges of root, so only root may be able to change its program. */
export const hookProblems = ({ hookName, path }: SpecifiedHook): readonly Diagnostic[] => {
  if (LATE.has(hookName))
    return [
      {
        severity: 'warning',
        code: 'unsupported-key',
        message: `hooks \`${hookName}\` of a device are not supported yet`,
        label: `\`${path}\` does not run`,
      },
    ];
  if (hookName !== 'createContainer')
    return invalid(
      `the specification of a device has a hook \`${hookName}\`, which is not supported`,
      'only hooks `createContainer` are supported',
    );
  const entry = statSync(path, { throwIfNoEntry: false });
  if (!entry?.isFile() || (entry.mode & 0o111) === 0)
    return invalid(
      `there is no program \`${path}\`, which a device needs as a hook`,
      'install the tools of the vendor of the device',
    );
  const open = [path, ...directoriesOf(path)].find(othersMayChange);
  return open === undefined
    ? []
    : invalid(
        `the hook \`${path}\` is refused: other users than root can change \`${open}\``,
        `as root: \`chown root ${open} && chmod go-w ${open}\``,
      );
};

/** Hooks after the container has been made. */
const LATE: ReadonlySet<string> = new Set(['poststart', 'poststop']);

const directoriesOf = (path: string): readonly string[] =>
  path === '/' ? [] : [dirname(path), ...directoriesOf(dirname(path))];

// inode(7): in a sticky directory, only the owner of an entry can rename or remove it.
const othersMayChange = (path: string): boolean => {
  const { uid, mode } = statSync(path);
  return uid !== 0 || ((mode & 0o022) !== 0 && (mode & 0o1000) === 0);
};
