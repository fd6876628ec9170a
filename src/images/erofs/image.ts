import type { Tree } from '../tree/tree.ts';
import {
  alignTo,
  BLOCK,
  CHUNK_BYTES,
  CHUNKS,
  chunkForm,
  DEVICE_BYTES,
  DEVICES_AT,
  DIRENT_BYTES,
  direntType,
  INLINE,
  INODE_BYTES,
  PLAIN,
  putChunk,
  putInode,
  putSuperblock,
  SLOT,
} from './format.ts';
import { Layout } from './layout.ts';
import type { SparsePlaces } from './sparse-file.ts';

/**
 * The bytes of an EROFS image without the content of files: it lies in the archives of the layers, device 1 and up, and
 * that of sparse files in a device behind these.
 * @param layers bytes of each archive
 * @returns pieces of up to 1 MiB, each of them valid until the next one is taken
 */
export function* erofsImage(
  tree: Tree,
  layers: readonly number[],
  sparse: SparsePlaces,
): Generator<Buffer, void, void> {
  const layout = new Layout(tree);
  const devices = [...layers, ...(sparse.bytes > 0 ? [sparse.bytes] : [])].map((size) =>
    Math.ceil(size / BLOCK),
  );
  const inodesAt = Math.ceil((DEVICES_AT + devices.length * DEVICE_BYTES) / BLOCK);
  const dataAt = inodesAt + Math.ceil((layout.slotCount * SLOT) / BLOCK);
  const head = Buffer.alloc(inodesAt * BLOCK);
  const superblock = { rootSlot: layout.slot(tree.root), inodes: layout.inodeCount, inodesAt, devices };
  putSuperblock(head, { ...superblock, blocks: dataAt + layout.blockCount });
  yield head;
  yield* inodeBlocks(layout, dataAt, layers.length, sparse);
  yield* directoryBlocks(layout);
  for (const inode of layout.longLinks) {
    const target = Buffer.alloc(alignTo(tree.inodes.size(inode), BLOCK));
    tree.texts.copy(tree.inodes.target(inode), tree.inodes.size(inode), target, 0);
    yield target;
  }
}

function* inodeBlocks(
  layout: Layout,
  dataAt: number,
  layers: number,
  sparse: SparsePlaces,
): Generator<Buffer> {
  const { inodes, texts } = layout.tree;
  const out = Buffer.alloc(PIECE + MOST_INODE_BYTES);
  let start = 0;
  for (let index = 0; index < layout.inodeCount; index++) {
    const inode = layout.order[index]!;
    let at = layout.slot(inode) * SLOT - start;
    if (at >= PIECE) {
      yield out.subarray(0, PIECE);
      out.copy(out, 0, PIECE);
      out.fill(0, MOST_INODE_BYTES);
      start += PIECE;
      at -= PIECE;
    }
    const xattrs = layout.xattrs(inode);
    const size = layout.size(inode);
    const place = { xattrBytes: xattrs.length, size, number: index + 1, links: layout.links(inode) };
    const rest = at + INODE_BYTES + xattrs.length;
    xattrs.copy(out, at + INODE_BYTES);
    if (inodes.isFile(inode) && size > 0) {
      putInode(out, at, inodes, inode, { ...place, layout: CHUNKS, value: chunkForm(size) });
      const hole = sparse.blocks.get(inode);
      const device = hole === undefined ? inodes.layer(inode) + 1 : layers + 1;
      putChunk(out, alignTo(rest, CHUNK_BYTES), device, hole ?? inodes.block(inode));
    } else if (inodes.isSymlink(inode) && layout.isInline(inode)) {
      putInode(out, at, inodes, inode, { ...place, layout: INLINE, value: 0 });
      texts.copy(inodes.target(inode), size, out, rest);
    } else if (inodes.isDirectory(inode) || inodes.isSymlink(inode))
      putInode(out, at, inodes, inode, { ...place, layout: PLAIN, value: dataAt + layout.block(inode) });
    else {
      const value = inodes.isFile(inode) ? 0 : inodes.device(inode);
      putInode(out, at, inodes, inode, { ...place, layout: PLAIN, value });
    }
  }
  yield out.subarray(0, alignTo(layout.slotCount * SLOT, BLOCK) - start);
}

function* directoryBlocks(layout: Layout): Generator<Buffer> {
  const { texts, inodes } = layout.tree;
  const out = Buffer.alloc(PIECE);
  let at = 0;
  let next = 0;
  for (let index = 0; index < layout.directoryCount; index++) {
    const directory = layout.directories[index]!;
    for (let left = layout.size(directory); left > 0; left -= BLOCK) {
      const end = endOfBlock(layout, next, Math.min(left, BLOCK));
      let text = at + (end - next) * DIRENT_BYTES;
      for (let entry = at; next < end; next++, entry += DIRENT_BYTES) {
        const name = layout.sorted[next]!;
        const inode = layout.inodeOf(directory, name);
        out.writeUInt32LE(layout.slot(inode), entry);
        out.writeUInt16LE(text - at, entry + 8);
        out[entry + 10] = direntType(inodes.mode(inode));
        texts.copy(layout.textOf(name), layout.lengthOf(name), out, text);
        text += layout.lengthOf(name);
      }
      at += BLOCK;
      if (at < PIECE) continue;
      yield out;
      out.fill(0);
      at = 0;
    }
  }
  yield out.subarray(0, at);
}

/** The first of the sorted names that is not in the same block. */
const endOfBlock = (layout: Layout, from: number, bytes: number): number => {
  let used = 0;
  let end = from;
  while (end < layout.sorted.length) {
    used += DIRENT_BYTES + layout.lengthOf(layout.sorted[end]!);
    if (used > bytes) break;
    end++;
  }
  return end;
};

const PIECE = 1 << 20;

/** An inode with as many attributes as Linux takes. */
const MOST_INODE_BYTES = 1 << 17;
