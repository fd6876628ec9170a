import { appendFileSync, closeSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { StreamName } from '../../../src/api/frames.ts';
import { appendIndex, logFiles, openIndex } from '../../../src/engine/logs/files.ts';
import { LineAssembler, LogReader } from '../../../src/engine/logs/reader.ts';

const withLog = (
  run: (log: string, write: (stream: StreamName, text: string, indexed?: boolean) => void) => void,
): void => {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-logs-'));
  const log = join(directory, 'web-1');
  const files = logFiles(log);
  const index = openIndex(files);
  const ends = { stdout: 0, stderr: 0 };
  let time = 1000;
  try {
    run(log, (stream, text, indexed = true) => {
      appendFileSync(files[stream], text);
      ends[stream] += Buffer.byteLength(text);
      if (indexed) appendIndex(index, { time: time++, stream, end: ends[stream] });
    });
  } finally {
    closeSync(index);
    rmSync(directory, { recursive: true });
  }
};

const read = (reader: LogReader): readonly string[] =>
  [...reader.pieces()].map(({ stream, bytes }) => `${stream}: ${bytes}`);

test('pieces of both streams are read in the order in which they came', (t) => {
  withLog((log, write) => {
    write('stdout', 'one\n');
    write('stderr', 'two\n');
    write('stdout', 'three\n');
    t.deepEqual(read(new LogReader(log)), ['stdout: one\n', 'stderr: two\n', 'stdout: three\n']);
  });
});

test('a reader goes on where it was', (t) => {
  withLog((log, write) => {
    const reader = new LogReader(log);
    write('stdout', 'one\n');
    read(reader);
    write('stdout', 'two\n');
    t.deepEqual(read(reader), ['stdout: two\n']);
    t.deepEqual(read(reader), []);
  });
});

test('what the index has missed, because its writer was killed, is read all the same and once', (t) => {
  withLog((log, write) => {
    const reader = new LogReader(log);
    write('stdout', 'one\n');
    write('stdout', 'two\n', false);
    t.deepEqual(read(reader), ['stdout: one\n', 'stdout: two\n']);
    write('stdout', 'three\n');
    t.deepEqual(read(reader), ['stdout: three\n']);
  });
});

test('a log that was skipped gives only what comes later', (t) => {
  withLog((log, write) => {
    write('stdout', 'old\n');
    const reader = new LogReader(log);
    reader.skip();
    write('stderr', 'new\n');
    t.deepEqual(read(reader), ['stderr: new\n']);
  });
});

test('there is no log before anything was printed', (t) => {
  t.deepEqual(read(new LogReader('/nowhere/web-1')), []);
});

test('lines are put together from pieces, each stream by itself, with the time of their beginning', (t) => {
  const assembler = new LineAssembler();
  const piece = (time: number, stream: StreamName, text: string) => ({
    time,
    stream,
    bytes: Buffer.from(text),
  });
  const lines = [piece(1, 'stdout', 'a\nb'), piece(2, 'stderr', 'x\n'), piece(3, 'stdout', 'c\n\nd')].flatMap(
    (found) => [...assembler.lines(found)],
  );
  t.deepEqual(
    [...lines, ...assembler.rest()].map(({ time, stream, bytes }) => [time, stream, bytes.toString()]),
    [
      [1, 'stdout', 'a\n'],
      [2, 'stderr', 'x\n'],
      [1, 'stdout', 'bc\n'],
      [3, 'stdout', '\n'],
      [3, 'stdout', 'd\n'],
    ],
  );
});
