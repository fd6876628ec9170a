import { createGzip, type Gzip } from 'node:zlib';

/** Compresses a stream, on the threads of libuv. Its header has neither a time nor a name: the same bytes become the same. */
export const gzip = (): Gzip => createGzip({ chunkSize: CHUNK });

const CHUNK = 1 << 18;
