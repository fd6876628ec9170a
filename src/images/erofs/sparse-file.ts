import type { FileHandle } from 'node:fs/promises';
import { ArchiveError } from '../tar/refusal.ts';
import type { Tree } from '../tree/tree.ts';
import { alignTo, BLOCK } from './format.ts';

/**
 * The content of sparse files lies in a file of its own, which is sparse as well: archives have it without the holes, so
 * that EROFS cannot map it.
 */
export type SparsePlaces = {
  /** By inode: its first block. */
  readonly blocks: ReadonlyMap<number, number>;
  /** Of the whole file; 0 if there is none. */
  readonly bytes: number;
};

export const placeSparse = ({ inodes }: Tree): SparsePlaces => {
  const blocks = new Map<number, number>();
  let bytes = 0;
  for (const inode of inodes.sparse()) {
    blocks.set(inode, bytes / BLOCK);
    bytes += alignTo(inodes.size(inode), BLOCK);
    if (bytes > BLOCK * 2 ** 32) throw new ArchiveError('has sparse files of more than 2 TiB together', 0);
  }
  return { blocks, bytes };
};

/** Copies the content from the archives of the layers into its file. */
export const fillSparse = async (
  { inodes }: Tree,
  { blocks, bytes }: SparsePlaces,
  layers: readonly FileHandle[],
  file: FileHandle,
): Promise<void> => {
  await file.truncate(bytes);
  const buffer = Buffer.allocUnsafe(1 << 20);
  for (const [inode, block] of blocks) {
    let from = inodes.block(inode) * BLOCK;
    for (const { offset, size } of inodes.parts(inode)!) {
      for (let done = 0; done < size; ) {
        const length = Math.min(size - done, buffer.length);
        const { bytesRead } = await layers[inodes.layer(inode)]!.read(buffer, 0, length, from + done);
        if (bytesRead === 0) throw new ArchiveError('is shorter than it was when it was read', from + done);
        await file.write(buffer, 0, bytesRead, block * BLOCK + offset + done);
        done += bytesRead;
      }
      from += size;
    }
  }
};
