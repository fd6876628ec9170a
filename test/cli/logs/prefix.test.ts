import test from 'ava';
import { lineWriter } from '../../../src/cli/logs/prefix.ts';

const written = (chunks: readonly string[], end = true): string => {
  let text = '';
  const writer = lineWriter(
    () => 'web-1  | ',
    (bytes) => {
      text += Buffer.from(bytes).toString();
    },
  );
  for (const chunk of chunks) writer.push(Buffer.from(chunk));
  if (end) writer.end();
  return text;
};

test('every line of a chunk has the prefix', (t) => {
  t.is(written(['a\nb\n']), 'web-1  | a\nweb-1  | b\n');
});

test('a line that comes in several chunks has one prefix', (t) => {
  t.is(written(['hel', 'lo', ' wor', 'ld\nb\n']), 'web-1  | hello world\nweb-1  | b\n');
});

test('a line without its end waits for it', (t) => {
  t.is(written(['a\nb'], false), 'web-1  | a\n');
});

test('what is left at the end is a line', (t) => {
  t.is(written(['a\nb']), 'web-1  | a\nweb-1  | b\n');
});

test('empty lines stay', (t) => {
  t.is(written(['\n\na\n']), 'web-1  | \nweb-1  | \nweb-1  | a\n');
});

test('characters that a chunk cuts in two stay whole', (t) => {
  const bytes = Buffer.from('grün\n');
  let text = '';
  const writer = lineWriter(
    () => '',
    (more) => {
      text += Buffer.from(more).toString();
    },
  );
  writer.push(bytes.subarray(0, 3));
  writer.push(bytes.subarray(3));
  t.is(text, 'grün\n');
});

test('a line without end is cut before it fills the memory', (t) => {
  const chunk = 'x'.repeat(600_000);
  t.is(written([chunk, chunk], false).length, 'web-1  | '.length + 1_200_000 + 1);
});
