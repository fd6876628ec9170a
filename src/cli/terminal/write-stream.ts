import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { usage } from '../grammar/usage.ts';
import { writeOutputStream } from './output-file.ts';
import { untilInterrupted } from './until-interrupted.ts';

/**
 * Writes bytes that come in pieces to a file, which is replaced at the end, or to the standard output, which must not be a
 * terminal. Ctrl-C and a closed pipe end it. Resolves with the exit status.
 * @param what `the archive`, for messages
 * @param path undefined for the standard output
 */
export async function writeStream(
  what: string,
  path: string | undefined,
  open: (signal: AbortSignal) => Promise<AsyncIterable<Buffer>>,
): Promise<number> {
  if (path === undefined && process.stdout.isTTY)
    throw usage(
      `${what} is written to the standard output, which is a terminal`,
      'name a file with `-o`, or redirect it: `> file.tar`',
    );
  return untilInterrupted(async (signal) => {
    const chunks = await open(signal);
    if (path === undefined) await pipeline(Readable.from(chunks), process.stdout, { end: false });
    else await writeOutputStream(what, path, chunks);
    return 0;
  });
}
