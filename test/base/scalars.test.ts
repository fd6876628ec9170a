import test from 'ava';
import { nearSignal, parseSignal, requireSignal } from '../../src/base/signal.ts';
import { placeAt } from '../../src/base/source.ts';
import { formatBytes, parseBytes } from '../../src/base/text/bytes.ts';
import { displayWidth } from '../../src/base/text/display-width.ts';
import { formatDuration, parseDuration } from '../../src/base/text/duration.ts';

for (const [text, bytes] of [
  ['0', 0],
  ['-1', -1],
  ['1024', 1024],
  ['1k', 1024],
  ['1KB', 1024],
  ['1KiB', 1024],
  ['1.5g', 1.5 * 1024 ** 3],
  ['64 m', 64 * 1024 ** 2],
  ['10b', 10],
  ['1p', 1024 ** 5],
  ['', undefined],
  ['m', undefined],
  ['-1m', undefined],
  ['1  m', undefined],
  ['1.5', undefined],
  ['1x', undefined],
] as const) {
  test(`${JSON.stringify(text)} is ${bytes} bytes`, (t) => t.is(parseBytes(text), bytes));
}

test('bytes are written in the largest unit that divides them', (t) => {
  t.deepEqual([0, -1, 100, 1536, 268_435_456, 1024 ** 3].map(formatBytes), [
    '0',
    '-1',
    '100b',
    '1536b',
    '256m',
    '1g',
  ]);
});

for (const [text, milliseconds, written] of [
  ['1m30s', 90_000, '1m30s'],
  ['1.5h', 5_400_000, '1h30m0s'],
  ['2w', 1_209_600_000, '336h0m0s'],
  ['250ms', 250, '250ms'],
  ['1.5s', 1500, '1.5s'],
  ['100us', 0.1, '100µs'],
  ['5ns', 0.000005, '5ns'],
  ['0', 0, '0s'],
] as const) {
  test(`${text} is ${milliseconds} ms and ${written} to Go`, (t) => {
    t.is(parseDuration(text), milliseconds);
    t.is(formatDuration(milliseconds), written);
  });
}

test('no duration without a unit', (t) => {
  t.deepEqual(['10', '', 's', '1m30', '1 m', '-'].map(parseDuration), Array(6).fill(undefined));
});

test('signals by name and number', (t) => {
  t.deepEqual(parseSignal('kill'), { name: 'SIGKILL', number: 9 });
  t.deepEqual(parseSignal('34'), { name: 'SIGRTMIN', number: 34 });
  t.deepEqual(parseSignal('SIGRTMAX-2'), { name: 'SIGRTMIN+28', number: 62 });
  t.deepEqual(
    ['TERM', 'sigterm', '15', 'SIGRTMIN', 'SIGRTMIN+3', 'RTMAX-1'].map((text) => parseSignal(text)?.number),
    [15, 15, 15, 34, 37, 63],
  );
  t.throws(() => requireSignal('SIGTREM'), { message: 'invalid signal: `SIGTREM`' });
  t.is(nearSignal('trem'), 'SIGTERM');
  t.is(nearSignal('rtmim'), 'SIGRTMIN');
  t.deepEqual(['0', '32', '65', 'SIGNO', 'RTMIN-1', 'RTMAX+1'].map(parseSignal), Array(6).fill(undefined));
});

test('places count lines and columns from 1', (t) => {
  const source = { file: 'f', text: 'a\nbc\n\nd' };
  const places = [0, 1, 2, 3, 5, 6].map((offset) => placeAt(source, offset, offset));
  t.deepEqual(
    places.map(({ line, column }) => `${line}:${column}`),
    ['1:1', '1:2', '2:1', '2:2', '3:1', '4:1'],
  );
});

test('wide characters take two columns, marks none', (t) => {
  t.deepEqual(['abc', '日本', '👍🏽', 'e\u0301', '→'].map(displayWidth), [3, 4, 2, 1, 1]);
});

test('a part of a nanosecond is none', (t) => {
  t.is(formatDuration(parseDuration('1h0.4ns')!), '1h0m0s');
});

test('a nanosecond beside a minute is written without an exponent', (t) => {
  t.is(formatDuration(parseDuration('1m1ns')!), '1m0.000000001s');
});
