import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Grant } from '../model/project.ts';

/**
 * Reads the file with the content of a config or secret. Throws an error of Node: as well EISDIR for a directory, ENODEV
 * for what is no regular file, and EFBIG for more than 16 MiB.
 */
export function readGrantFile(path: string): Buffer {
  // A named pipe would not let open(2) return.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const entry = fstatSync(file);
    if (entry.isDirectory()) throw failure('EISDIR');
    if (!entry.isFile()) throw failure('ENODEV');
    if (entry.size > mostBytes) throw failure('EFBIG');
    return readWhole(file, entry.size);
  } finally {
    closeSync(file);
  }
}

/** The error for the file of a config or secret that cannot be read. */
export function grantFileProblem(
  { kind, key }: Pick<Grant, 'kind' | 'key'>,
  path: string,
  { code = '', message }: NodeJS.ErrnoException,
): Diagnostic {
  const [reason, help] = reasons[code] ?? [message, 'correct the path'];
  return {
    severity: 'error',
    code: code === 'ENOENT' ? 'no-file' : 'unreadable-file',
    message: `the file of the ${kind} \`${key}\` cannot be read: ${reason}`,
    from: `${kind}s.${key}.file`,
    notes: [`looked at ${path}`],
    help,
  };
}

/** Of a file that may grow or shrink meanwhile, at most as many bytes as it had, and one page for files of /proc. */
function readWhole(file: number, size: number): Buffer {
  const bytes = Buffer.alloc(size || 4096);
  let length = 0;
  while (length < bytes.length) {
    const read = readSync(file, bytes, length, bytes.length - length, null);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
}

function failure(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}

/** The content is kept in memory, once for each container, and the supervisor reads it in one go. */
const mostBytes = 16 * 2 ** 20;

const share = 'share it with `volumes`';

const reasons: Readonly<Record<string, readonly [reason: string, help: string]>> = {
  ENOENT: ['no such file', 'create it, or correct the path'],
  ENOTDIR: ['a part of its path is not a directory', 'correct the path'],
  EISDIR: ['it is a directory', `name a file in it, or ${share}`],
  ENODEV: ['it is not a regular file', `name a regular file, or ${share}`],
  EFBIG: ['it is larger than 16 MiB, and would be kept in memory', share],
  EACCES: ['permission denied', 'make it readable'],
  ELOOP: ['its symbolic links lead in a circle', 'correct the links'],
};
