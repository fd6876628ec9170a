import test from 'ava';
import fc from 'fast-check';
import { AnswerReader } from '../../src/api/answer-reader.ts';

const CHUNKED =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n7;x=y\r\n, world\r\n0\r\n\r\n';
const COUNTED = 'HTTP/1.1 409 Conflict\r\ncontent-length:12\r\n\r\nhello, world';
const OPEN = 'HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\nhello, world';

/** Status, body, and whether the answer is over, when it comes in these pieces. */
const read = (pieces: readonly string[]): readonly [number | undefined, string, boolean] => {
  const reader = new AnswerReader();
  const body = pieces.map((piece) => reader.read(Buffer.from(piece, 'latin1')).toString('latin1')).join('');
  return [reader.status, body, reader.isOver];
};

const cut = (text: string, places: readonly number[]): readonly string[] => {
  const ends = [...places.map((place) => place % (text.length + 1)), text.length].sort((a, b) => a - b);
  return ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
};

test('an answer may come in any pieces', (t) => {
  for (const [text, status, isOver] of [
    [CHUNKED, 200, true],
    [COUNTED, 409, true],
    [OPEN, 101, false],
  ] as const)
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 6 }), (places) => {
        t.deepEqual(read(cut(text, places)), [status, 'hello, world', isOver]);
      }),
    );
});

test('an answer is over with its last byte and not before', (t) => {
  for (const text of [CHUNKED, COUNTED]) t.false(read([text.slice(0, -1)])[2], text);
  t.deepEqual(read(['HTTP/1.1 204 No Content\r\n\r\n']), [204, '', true]);
  t.deepEqual(read(['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n']), [200, '', true]);
});

test('the end of the connection ends an answer of unknown length, and no other', (t) => {
  for (const [text, isOver] of [
    ['HTTP/1.0 200 OK\r\n\r\nsome', true],
    [CHUNKED.slice(0, -2), false],
    ['HTTP/1.1 200', false],
  ] as const) {
    const reader = new AnswerReader();
    reader.read(Buffer.from(text));
    t.is(reader.end(), isOver, text);
  }
});
