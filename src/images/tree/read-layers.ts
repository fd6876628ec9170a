import { readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { dropPages } from '../../kernel/page-cache.ts';
import { TarParser } from '../tar/parser.ts';
import { Tree } from './tree.ts';

/**
 * The merged tree of plain archives, the lowest layer first. Of larger files, the content is not read. Throws an
 * ArchiveError.
 */
export const readLayers = async (paths: readonly string[], signal?: AbortSignal): Promise<Tree> => {
  const tree = new Tree();
  for (const path of paths) {
    tree.addLayer();
    await readLayer(path, tree, signal);
  }
  return tree;
};

const readLayer = async (path: string, tree: Tree, signal?: AbortSignal): Promise<void> => {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const parser = new TarParser(tree);
    const buffer = Buffer.allocUnsafe(PIECE);
    for (let at = 0, reads = 1; at < size && !parser.isComplete; reads++) {
      if (reads % READS_AT_ONCE === 0) await setImmediate();
      signal?.throwIfAborted();
      const bytesRead = readSync(file.fd, buffer, 0, buffer.length, at);
      if (bytesRead === 0) break;
      parser.feed(buffer.subarray(0, bytesRead));
      at += bytesRead;
      at += parser.skip(size - at);
    }
    parser.finish();
    // The parts that containers read get into memory again, once.
    dropPages(file.fd);
  } finally {
    await file.close();
  }
};

/** Most files are small. */
const PIECE = 1 << 15;
/** A read by another thread takes longer than what it reads. A signal waits for so many. */
const READS_AT_ONCE = 64;
