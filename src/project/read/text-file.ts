import { isUtf8 } from 'node:buffer';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/**
 * Reads a file of text, or standard input (0), without the mark that editors of Windows put first. Throws what
 * node:fs throws, and EFBIG for a file beyond 8 MiB, be it without end, and EILSEQ for bytes that are not UTF-8.
 */
export function readText(file: string | 0): string {
  const descriptor = file === 0 ? 0 : openSync(file, 'r');
  try {
    const bytes = readAtMost(largest + 1, descriptor);
    if (bytes.length > largest) throw failure('EFBIG', 'it is larger than 8 MiB');
    if (!isUtf8(bytes)) throw failure('EILSEQ', `it is not UTF-8 text, see line ${brokenLine(bytes)}`);
    const text = bytes.toString('utf8');
    return text.startsWith('\uFEFF') ? text.slice(1) : text;
  } finally {
    if (file !== 0) closeSync(descriptor);
  }
}

function readAtMost(most: number, descriptor: number): Buffer {
  const parts: Buffer[] = [];
  let length = 0;
  // A file of /proc says that its size is 0, a pipe does not know it.
  const size = Math.min(Math.max(fstatSync(descriptor).size + 1, 65_536), most);
  for (;;) {
    const part = Buffer.allocUnsafe(Math.min(size, most - length));
    const read = readSync(descriptor, part);
    parts.push(part.subarray(0, read));
    length += read;
    if (read === 0 || length === most) return Buffer.concat(parts, length);
  }
}

/** The first line with something that UTF-8 does not have. */
function brokenLine(bytes: Buffer): number {
  const text = bytes.toString('utf8');
  return text.slice(0, text.indexOf('\uFFFD')).split('\n').length;
}

function failure(code: string, message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(message), { code });
}

/** More than the 6 MiB that execve(2) takes of environment, and than any project has. */
const largest = 8 * 2 ** 20;
