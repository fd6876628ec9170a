import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { writeChunks } from '../../../src/images/store/write-chunks.ts';
import { temporaryDirectory } from '../../temporary.ts';
import { openFiles } from '../with-store.ts';

const SIZE = 1 << 20;

/** Chunks of 1 MiB of one byte each, made in two buffers by turns. */
async function* byTurns(count: number): AsyncGenerator<Buffer> {
  const buffers = [Buffer.alloc(SIZE), Buffer.alloc(SIZE)] as const;
  for (let index = 0; index < count; index++) yield buffers[index % 2]!.fill(index + 1);
}

const fileIn = (): string => join(temporaryDirectory('tscompose-chunks-'), 'file');

test('chunks that are made in the memory of the last but one are written whole and in order', async (t) => {
  const path = fileIn();
  // Red without the wait for the write before: more than the amount that the disk is told of early.
  await writeChunks(path, byTurns(40));
  const bytes = readFileSync(path);
  t.is(bytes.length, 40 * SIZE);
  for (let index = 0; index < 40; index++)
    t.true(
      bytes.subarray(index * SIZE, (index + 1) * SIZE).equals(Buffer.alloc(SIZE, index + 1)),
      `${index}`,
    );
});

test('an error of the chunks is thrown, and the file is closed', async (t) => {
  const path = fileIn();
  const broken = async function* (): AsyncGenerator<Buffer> {
    yield* byTurns(3);
    throw new Error('the end of the source');
  };
  await t.throwsAsync(() => writeChunks(path, broken()), { message: 'the end of the source' });
  t.deepEqual(openFiles(path), []);
});

test('an error of the disk is thrown, and the source is ended', async (t) => {
  let isEnded = false;
  const watched = async function* (): AsyncGenerator<Buffer> {
    try {
      yield* byTurns(3);
    } finally {
      isEnded = true;
    }
  };
  await t.throwsAsync(() => writeChunks('/dev/full', watched()), { code: 'ENOSPC' });
  t.true(isEnded);
});
