import { statSync } from 'node:fs';
import { posix } from 'node:path';

/**
 * The working directory by the name under which the shell entered it, as in Docker: getcwd(3) has no symbolic links,
 * so that a project would be another one by `cd` than by `-f`.
 */
export function workingDirectory({ PWD }: NodeJS.ProcessEnv): string {
  const real = process.cwd();
  return PWD !== undefined && isPlain(PWD) && isSame(PWD, real) ? PWD : real;
}

/** As pwd(1) has it: absolute, without `.` and `..`. */
function isPlain(path: string): boolean {
  return path.startsWith('/') && path === posix.normalize(path) && (path === '/' || !path.endsWith('/'));
}

function isSame(path: string, other: string): boolean {
  try {
    const [one, two] = [statSync(path), statSync(other)];
    return one.dev === two.dev && one.ino === two.ino;
  } catch {
    return false;
  }
}
