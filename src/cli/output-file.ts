import { chmodSync, lstatSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { Problem } from '../base/diagnostic.ts';

/**
 * Writes a file so that whoever reads it sees the old text or the new one; rename(2) does that, and a link stays a
 * link. A device or a pipe is written to as it is. Throws a Problem where that cannot be.
 */
export function writeOutput(path: string, text: string): void {
  try {
    const old = statSync(path, { throwIfNoEntry: false });
    // A link that leads nowhere is there too: open(2) makes the file that it names.
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

/** What goes wrong with a file as a Problem; any other error is a bug and stays what it is. */
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
