import {
  chmodSync,
  createWriteStream,
  lstatSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Problem } from '../../base/diagnostic.ts';
import { fileStream } from '../../base/node/file-stream.ts';

/**
 * Replaces a file atomically by rename(2): readers see the old text or the new one. A symbolic link stays a link; a
 * device or a pipe is written to directly. Throws a Problem if the file cannot be written.
 */
export function writeOutput(path: string, text: string): void {
  try {
    const { target, mode } = targetOf(path);
    if (target === undefined) writeFileSync(path, text);
    else {
      const temporary = temporaryFor(target);
      try {
        writeFileSync(temporary, text, { flag: 'wx' });
        replace(target, temporary, mode);
      } catch (error) {
        rmSync(temporary, { force: true });
        throw error;
      }
    }
  } catch (error) {
    throw cannotWrite('the output', error, path, WRITABLE);
  }
}

/**
 * The same for bytes that come in pieces. If they end with an error, the old file stays.
 * @param what `the archive`, for messages
 */
export async function writeOutputStream(
  what: string,
  path: string,
  chunks: AsyncIterable<Buffer>,
): Promise<void> {
  try {
    const { target, mode } = targetOf(path);
    if (target === undefined) return await pipeline(chunks, createWriteStream(path));
    const temporary = temporaryFor(target);
    try {
      await pipeline(chunks, await fileStream(temporary, 'wx', 0o666));
      replace(target, temporary, mode);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    throw cannotWrite(what, error, path, WRITABLE);
  }
}

/** The file that is replaced, with the mode of the old one; without a target, the path is written to directly. */
function targetOf(path: string): { readonly target?: string; readonly mode?: number } {
  const old = statSync(path, { throwIfNoEntry: false });
  if (old) return old.isFile() ? { target: realpathSync(path), mode: old.mode } : {};
  // A dangling link: open(2) creates its target.
  return lstatSync(path, { throwIfNoEntry: false }) ? {} : { target: path };
}

function temporaryFor(path: string): string {
  return `${path}.${process.pid}.tmp`;
}

function replace(path: string, temporary: string, mode: number | undefined): void {
  if (mode !== undefined) chmodSync(temporary, mode & 0o7777);
  renameSync(temporary, path);
}

const WRITABLE = 'name a file in an existing directory that you may write to';

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
