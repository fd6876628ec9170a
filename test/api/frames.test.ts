import test from 'ava';
import { FrameReader, frame } from '../../src/api/frames.ts';

const inPieces = (bytes: Buffer, size: number): readonly Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );

const sent = [
  ['stdout', 'one\n'],
  ['stderr', ''],
  ['stderr', 'x'.repeat(1000)],
  ['stdout', 'three'],
] as const;

for (const size of [1, 7, 8, 9, 100, 1 << 16])
  test(`frames that arrive ${size} bytes at a time come whole`, (t) => {
    const reader = new FrameReader();
    const bytes = Buffer.concat(sent.map(([stream, text]) => frame(stream, Buffer.from(text))));
    const read = inPieces(bytes, size).flatMap((piece) => [...reader.read(piece)]);
    t.deepEqual(
      read.map(({ stream, bytes }) => [stream, bytes.toString()]),
      sent.map(([stream, text]) => [stream, text]),
    );
  });

test.serial('a large frame costs as much as small ones: no byte is copied again and again', (t) => {
  const concat = Buffer.concat;
  let copied = 0;
  Buffer.concat = (list, length) => {
    for (const part of list) copied += part.length;
    return concat(list, length);
  };
  try {
    const large = frame('stdout', Buffer.alloc(24 << 20, 'x'));
    const reader = new FrameReader();
    const read = inPieces(large, 1 << 16).flatMap((piece) => [...reader.read(piece)]);
    t.deepEqual(
      read.map(({ bytes }) => bytes.length),
      [24 << 20],
    );
    t.true(copied <= 2 * large.length, `${copied} bytes were copied`);
  } finally {
    Buffer.concat = concat;
  }
});
