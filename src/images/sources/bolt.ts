import { closeSync, openSync, readSync } from 'node:fs';

/** The value of a key within buckets, the outermost first; undefined if there is none. */
export type Lookup = (...keys: readonly string[]) => Buffer | undefined;

/**
 * Reads a database of bbolt (github.com/etcd-io/bbolt), which its owner has locked and may be changing. A transaction
 * writes no page that the last one leads to, so that what was read is whole if none has ended meanwhile. Throws an error
 * where there is no database, or where it is damaged.
 */
export const readBolt = <Result>(path: string, read: (lookup: Lookup) => Result): Result => {
  const file = openSync(path, 'r');
  try {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const meta = newestMeta(file);
      const done = attempted(() => read((...keys) => lookUp(file, meta, keys)));
      if (newestMeta(file).transaction === meta.transaction) return done();
    }
    throw new Error(`${path} changes all the time`);
  } finally {
    closeSync(file);
  }
};

/** An error counts only if no transaction is its cause. */
const attempted = <Result>(read: () => Result): (() => Result) => {
  try {
    const result = read();
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
};

type Meta = { readonly pageSize: number; readonly root: bigint; readonly transaction: bigint };

/** The first two pages have the root of one of the last two transactions each, and the size of a page. */
const newestMeta = (file: number): Meta => {
  const found = [0, ...PAGE_SIZES].flatMap((at) => {
    const bytes = Buffer.alloc(HEADER + META);
    const isThere = readSync(file, bytes, 0, bytes.length, at) === bytes.length;
    const meta = isThere ? metaOf(bytes.subarray(HEADER)) : undefined;
    return meta && (at === 0 || at === meta.pageSize) ? [meta] : [];
  });
  const [first, second = first] = found;
  if (!first || !second) throw new Error('no database of bbolt');
  return first.transaction > second.transaction ? first : second;
};

const metaOf = (bytes: Buffer): Meta | undefined => {
  if (bytes.readUInt32LE(0) !== MAGIC || bytes.readUInt32LE(4) !== VERSION) return undefined;
  if (bytes.readBigUInt64LE(CHECKED) !== fnv1a(bytes.subarray(0, CHECKED))) return undefined;
  const pageSize = bytes.readUInt32LE(8);
  if (!PAGE_SIZES.includes(pageSize)) return undefined;
  return { pageSize, root: bytes.readBigUInt64LE(16), transaction: bytes.readBigUInt64LE(48) };
};

const lookUp = (file: number, { pageSize, root }: Meta, keys: readonly string[]): Buffer | undefined => {
  const pageAt = (number: bigint): Buffer => {
    const at = Number(number) * pageSize;
    const overflow = readAll(file, at, HEADER).readUInt32LE(12);
    if (overflow * pageSize > LARGEST_PAGE) throw new Error('a page is too large');
    return readAll(file, at, (overflow + 1) * pageSize);
  };
  let bucket: Buffer | undefined = pageAt(root);
  for (const [index, text] of keys.entries()) {
    const leaf = find(bucket, Buffer.from(text), pageAt);
    const isBucket = index < keys.length - 1;
    if (!leaf || leaf.isBucket !== isBucket) return undefined;
    if (!isBucket) return leaf.value;
    const inner = leaf.value.readBigUInt64LE(0);
    // A small bucket has its only page behind its header.
    bucket = inner === 0n ? leaf.value.subarray(BUCKET) : pageAt(inner);
  }
  return undefined;
};

type Leaf = { readonly isBucket: boolean; readonly value: Buffer };

/** From the page of a bucket down to the leaf that may have the key. */
const find = (top: Buffer, key: Buffer, pageAt: (number: bigint) => Buffer): Leaf | undefined => {
  let page = top;
  for (let level = 0; level < MOST_LEVELS; level++) {
    const [flags, count] = [page.readUInt16LE(8), page.readUInt16LE(10)];
    const elements = Array.from({ length: count }, (_, index) => HEADER + index * ELEMENT);
    if (flags === LEAF) {
      for (const at of elements) {
        const start = at + page.readUInt32LE(at + 4);
        const end = start + page.readUInt32LE(at + 8);
        if (!page.subarray(start, end).equals(key)) continue;
        const isBucket = (page.readUInt32LE(at) & IS_BUCKET) !== 0;
        return { isBucket, value: page.subarray(end, end + page.readUInt32LE(at + 12)) };
      }
      return undefined;
    }
    if (flags !== BRANCH) throw new Error('a page is neither a branch nor a leaf');
    const next = elements.findLast((at) => {
      const start = at + page.readUInt32LE(at);
      return page.subarray(start, start + page.readUInt32LE(at + 4)).compare(key) <= 0;
    });
    if (next === undefined) return undefined;
    page = pageAt(page.readBigUInt64LE(next + 8));
  }
  throw new Error('a tree has too many levels');
};

const readAll = (file: number, at: number, size: number): Buffer => {
  const bytes = Buffer.alloc(size);
  if (readSync(file, bytes, 0, size, at) < size) throw new Error('a page is missing');
  return bytes;
};

const fnv1a = (bytes: Buffer): bigint => {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
};

/** Bytes of the heads of a page, a bucket and an entry, and of the root of a transaction with and without its checksum. */
const HEADER = 16;
const BUCKET = 16;
const ELEMENT = 16;
const META = 64;
const CHECKED = 56;

const MAGIC = 0xed0cdaed;
const VERSION = 2;
const BRANCH = 1;
const LEAF = 2;
const IS_BUCKET = 1;
/** That of the machine, which has made the database. */
const PAGE_SIZES: readonly number[] = Array.from({ length: 7 }, (_, index) => 1024 << index);
const LARGEST_PAGE = 1 << 24;
const MOST_LEVELS = 32;
const MOST_ATTEMPTS = 5;
