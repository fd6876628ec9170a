import { chmodSync, lstatSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { Problem } from '../base/diagnostic.ts';

/**
 * Replaces a file atomically by rename(2): readers see the old text or the new one. A symbolic link stays a link; a
 * device or a pipe is written to directly. Throws a Problem if the file cannot be written.
 */
export function writeOutput(path: string, text: string): void {
  try {
    const old = statSync(path, { throwIfNoEntry: false });
    // A dangling link counts as well: open(2) creates its target.
    const isReplaceable = old ? old.isFile() : !lstatSync(path, { throwIfNoEntry: false });
    if (isReplaceable) replace(old ? realpathSync(path) : path, text, old?.mode);
    else writeFileSync(path, text);
  } catch (error) {
    throw cannotWrite(
      'the output',
      error,
      path,
      'name a file in an existing directory that you may write to',
    );
  }
}

function replace(path: string, text: string, mode: number | undefined): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text, { flag: 'wx' });
    if (mode !== undefined) chmodSync(temporary, mode & 0o7777);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** An error of a system call as a Problem; any other error is a bug and returned unchanged. */
export function cannotWrite(what: string, error: unknown, output: string, help: string): unknown {
  const { syscall, path, code } = error as NodeJS.ErrnoException;
  if (syscall === undefined) return error;
  return new Problem({
    severity: 'error',
    code: 'unwritable-output',
    message: `${what} cannot be written to \`${output}\``,
    facts: [['call', `${syscall} ${path ?? ''} = ${code}`]],
    help,
  });
}
