import { execFileSync } from 'node:child_process';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { Problem } from '../../../src/base/diagnostic.ts';
import { decompressorFor, HEAD } from '../../../src/images/codec/decompressor.ts';

/** A format, and its program if Node cannot write it. */
type Format = {
  readonly name: string;
  readonly compress: (bytes: Buffer) => Buffer;
  readonly program?: string;
};

const by =
  (...[program, ...words]: readonly string[]) =>
  (input: Buffer): Buffer =>
    execFileSync(program!, words, { input, maxBuffer: 2 ** 30 });

const FORMATS: readonly Format[] = [
  { name: 'gzip', compress: (bytes) => gzipSync(bytes) },
  { name: 'zstd', compress: by('zstd', '-c'), program: 'zstd' },
  { name: 'xz', compress: by('xz', '-c0'), program: 'xz' },
];

const isThere = (program: string): boolean => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const decompress = (stream: Buffer, pieces = stream.length): Promise<Buffer> => {
  const chunks = Array.from({ length: Math.ceil(stream.length / pieces) }, (_, index) =>
    stream.subarray(index * pieces, (index + 1) * pieces),
  );
  const stage = decompressorFor(stream.subarray(0, HEAD), 'the archive');
  return pipeline(Readable.from(chunks), stage!, (bytes) => buffer(bytes));
};

/** More than one step of a library puts out, and not all of it repeats. */
const CONTENT = Buffer.alloc(3_000_000, 'layer');
for (let at = 0; at < CONTENT.length; at += 1000) CONTENT.writeUInt32LE((at * 2_654_435_761) >>> 0, at);

const SHORT = Buffer.from('another member');

const codes = (name: string): RegExp => (name === 'gzip' ? /^Z_/ : /^(ZSTD|LZMA)_/);

const refuses = async (t: ExecutionContext, name: string, stream: Buffer, pieces?: number): Promise<void> => {
  const error = await t.throwsAsync<Error & { code?: string }>(() => decompress(stream, pieces));
  t.regex(error?.code ?? '', codes(name), error?.message);
};

for (const { name, compress, program } of FORMATS) {
  const run = program === undefined || isThere(program) ? test : test.skip;

  run(`${name}: members that follow each other are one stream, however it is cut`, async (t) => {
    t.true(CONTENT.equals(await decompress(compress(CONTENT), 65_536)));
    t.deepEqual(await decompress(compress(Buffer.alloc(0))), Buffer.alloc(0));
    const [first, second] = [compress(SHORT), compress(Buffer.from('!'))];
    const both = Buffer.concat([first, second]);
    for (const pieces of [1, 7, first.length, both.length])
      t.is(String(await decompress(both, pieces)), 'another member!');
  });

  run(`${name}: an end in the middle, other bytes and trailing ones are errors`, async (t) => {
    const stream = compress(CONTENT);
    const member = compress(SHORT);
    for (const end of [HEAD, stream.length >> 1, stream.length - 1])
      await refuses(t, name, stream.subarray(0, end));
    await refuses(t, name, Buffer.concat([stream, member.subarray(0, 5)]));
    const damaged = Buffer.from(stream);
    damaged.fill(0xa5, stream.length >> 1, (stream.length >> 1) + 16);
    await refuses(t, name, damaged);
    // Red without: the comparison of lengths in gunzip.ts.
    for (const more of ['garbage behind it', '\0\0\0', '\0\0\0\0\0\0\0\0x'])
      for (const pieces of [1, member.length, undefined])
        await refuses(t, name, Buffer.concat([member, Buffer.from(more)]), pieces);
  });

  run(`${name}: a failure of the source is the error, and a reader may leave`, async (t) => {
    const stream = compress(CONTENT);
    const stage = decompressorFor(stream.subarray(0, HEAD), 'the archive')!;
    const failing = async function* (): AsyncGenerator<Buffer> {
      yield stream.subarray(0, 1000);
      throw new Error('the connection is lost');
    };
    await t.throwsAsync(() => buffer(stage(failing())), { message: 'the connection is lost' });
    let source: AsyncGenerator<Buffer> | undefined;
    const left = new Promise<void>((resolve) => {
      const endless = async function* (): AsyncGenerator<Buffer> {
        try {
          for (;;) yield stream;
        } finally {
          resolve();
        }
      };
      source = endless();
    });
    for await (const chunk of stage(source!)) if (chunk.length > 0) break;
    await left;
  });
}

test('what is not compressed has no decompressor, and other formats are named', (t) => {
  t.is(decompressorFor(Buffer.alloc(HEAD), ''), undefined);
  t.is(decompressorFor(Buffer.alloc(0), ''), undefined);
  t.is(decompressorFor(Buffer.from('BZh9-notes'), ''), undefined);
  const error = t.throws(() => decompressorFor(Buffer.from('BZh91AY&SY'), 'the layer x'), {
    instanceOf: Problem,
  });
  t.is(error?.diagnostics[0]?.code, 'unsupported-image');
  t.regex(error?.message ?? '', /the layer x is compressed with bzip2/);
});
