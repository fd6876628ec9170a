import { type FileHandle, open } from 'node:fs/promises';
import { beginWriteback } from '../../kernel/page-cache.ts';
import { using } from './durable.ts';

/**
 * Writes a file, one chunk while the next is made: a chunk may be made in the memory of the last but one. Writeback begins
 * meanwhile, because the caller syncs the file in the end.
 */
export const writeChunks = (path: string, chunks: AsyncIterable<Buffer>): Promise<void> =>
  using(open(path, 'w', 0o600), async (file) => {
    let [writing, ahead]: [Promise<void>, number] = [Promise.resolve(), 0];
    try {
      for await (const chunk of chunks) {
        await writing;
        if (ahead >= WORTH_A_WRITE) {
          beginWriteback(file.fd);
          ahead = 0;
        }
        writing = write(file, chunk);
        // An error is thrown where it is waited for.
        writing.catch(() => {});
        ahead += chunk.length;
      }
    } finally {
      await writing;
    }
  });

const write = async (file: FileHandle, chunk: Buffer): Promise<void> => {
  for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten;
};

/** Bytes. */
const WORTH_A_WRITE = 16 << 20;
