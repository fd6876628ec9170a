import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import { array, assert, asyncProperty, constantFrom, integer, nat, record, string } from 'fast-check';
import type { StreamName } from '../../../src/api/frames.ts';
import { logPaths, segmentFiles, segmentsOf } from '../../../src/engine/logs/files.ts';
import type { LogLimits } from '../../../src/engine/logs/limits.ts';
import type { OpenLog } from '../../../src/engine/logs/open-log.ts';
import { type LogPosition, LogReader } from '../../../src/engine/logs/reader.ts';
import { openLogReaders } from '../../../src/engine/logs/readers.ts';
import type { Cut } from '../../../src/engine/logs/segment-reader.ts';
import { endOfLog, logAfter, logSince, startOfLog, tailOfLog } from '../../../src/engine/logs/start.ts';
import { LogStore } from '../../../src/engine/logs/store.ts';
import { samples } from '../../patience.ts';
import { temporaryDirectory } from '../../temporary.ts';

const asRoot = process.geteuid?.() === 0 ? test : test.skip;

const open = (limits: LogLimits, directory = tmpdir()) => {
  const path = join(temporaryDirectory('tscompose-rotation-', directory), 'web-1');
  const readers = openLogReaders();
  const newStore = (beginsRun = false) =>
    new LogStore(
      { path, limits, onRotation: (...rotation) => readers.rotated(path, ...rotation) },
      beginsRun,
    );
  let store = newStore();
  return {
    path,
    readers,
    write: (stream: StreamName, text: string) => store.write(Buffer.from(text), stream),
    /** Old files are removed in the background. */
    removed: async () => {
      while (segmentsOf(path).length > limits.maxFiles) await new Promise((resolve) => setImmediate(resolve));
    },
    /** As after a kill of the supervisor. */
    adopt: () => {
      store.close();
      store = newStore();
    },
    /** As after the end of the container. */
    restart: () => {
      store.close();
      store = newStore(true);
    },
    end: () => {
      store.close();
      rmSync(dirname(path), { recursive: true });
    },
  };
};

const follow = (log: OpenLog, position: LogPosition, cut: Cut) => {
  const text = { stdout: '', stderr: '' };
  const lines: string[] = [];
  const firsts: boolean[] = [];
  const reader = new LogReader(log, position, cut, ({ stream, bytes, isFirst }) => {
    text[stream] += bytes;
    firsts.push(isFirst);
    if (cut === 'lines') lines.push(`${stream}: ${bytes}`);
    return undefined;
  });
  const mark = (): string => reader.mark;
  return { read: () => reader.read(() => false), rest: () => reader.rest(2), mark, text, lines, firsts };
};

/** What the log has on stdout, from its start. */
const wholeOf = async ({ path, readers }: ReturnType<typeof open>): Promise<string> => {
  const reader = readers.open(path);
  const { read, text } = follow(reader, startOfLog(reader), 'lines');
  await read();
  reader.close();
  return text.stdout;
};

test('no line is divided between files, and only the last files stay', async (t) => {
  const log = open({ maxSize: 200, maxFiles: 3 });
  for (let count = 0; count < 200; count++) {
    log.write('stdout', `line ${count} `);
    if (count % 7 === 0) log.write('stderr', `prompt ${count}`);
    log.write('stdout', 'ends\n');
    if (count % 7 === 3) log.write('stderr', ' answer\n');
  }
  const numbers = segmentsOf(log.path);
  t.true(numbers.at(-1)! > 10);
  while (segmentsOf(log.path).length > 3) await new Promise((resolve) => setTimeout(resolve, 5));
  const all = segmentsOf(log.path).flatMap((number) => {
    const { stdout } = segmentFiles(log.path, number);
    const text = existsSync(stdout) ? readFileSync(stdout, 'utf8') : '';
    t.regex(text, /^(line \d+ ends\n)*$/);
    return text.match(/\d+/g) ?? [];
  });
  t.deepEqual(
    all,
    Array.from({ length: all.length }, (_, index) => String(200 - all.length + index)),
  );
  log.end();
});

/** Red without: `endLines` in segment-writer.ts. */
test('the unfinished line of one run does not go on in the next, nor is it read again from its end on', async (t) => {
  const log = open({ maxSize: 1000, maxFiles: 2 });
  log.write('stdout', 'first');
  log.adopt();
  log.write('stdout', ' run');
  log.write('stderr', 'error');
  // Times of files have fractions, and Date.now() has none.
  const end = Date.now() + 5;
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (let count = 0; count < 2; count++) {
    log.restart();
    log.write('stdout', `run ${count}`);
  }
  const reader = log.readers.open(log.path);
  const all = follow(reader, startOfLog(reader), 'lines');
  await all.read();
  await all.rest();
  t.deepEqual(all.lines.sort(), [
    'stderr: error\n',
    'stdout: first run\n',
    'stdout: run 0\n',
    'stdout: run 1',
  ]);
  const later = follow(reader, await logSince(reader, end), 'lines');
  await later.read();
  await later.rest();
  t.deepEqual(later.lines, ['stdout: run 0\n', 'stdout: run 1']);
  log.end();
});

test('a line that is longer than a file stays in one; one of more than a megabyte is divided, and read as it was', async (t) => {
  const log = open({ maxSize: 1000, maxFiles: 2 });
  for (let count = 0; count < 10; count++) log.write('stdout', 'x'.repeat(900));
  t.deepEqual(segmentsOf(log.path), [1]);
  log.write('stdout', 'end\n');
  log.write('stdout', 'next\n');
  t.deepEqual(segmentsOf(log.path), [1, 2]);
  const reader = log.readers.open(log.path);
  const { read, text } = follow(reader, startOfLog(reader), 'lines');
  const long = 'y'.repeat(1 << 19);
  for (let count = 0; count < 4; count++) {
    log.write('stdout', long);
    await read();
  }
  log.write('stdout', 'end\n');
  await read();
  t.true(segmentsOf(log.path).at(-1)! > 2);
  t.is(text.stdout, `${'x'.repeat(9000)}end\nnext\n${long.repeat(4)}end\n`);
  reader.close();
  log.end();
});

const writes = array(
  record({
    stream: constantFrom<StreamName[]>('stdout', 'stderr'),
    text: string({ unit: constantFrom('a', 'b', 'c', '\n'), minLength: 1, maxLength: 30 }),
    next: constantFrom('', '', '', 'read', 'adopt'),
  }),
  { maxLength: 60 },
);

test('a follower loses nothing and repeats nothing, whenever files are rotated, removed or adopted', async (t) => {
  const limits = record({ maxSize: integer({ min: 30, max: 200 }), maxFiles: integer({ min: 1, max: 3 }) });
  await assert(
    asyncProperty(writes, limits, async (all, limit) => {
      const log = open(limit);
      const followers = (['pieces', 'lines', 'batches'] as const).map((cut) => {
        const reader = log.readers.open(log.path);
        return { reader, ...follow(reader, endOfLog(reader), cut) };
      });
      const expected = { stdout: '', stderr: '' };
      for (const { stream, text, next } of all) {
        log.write(stream, text);
        expected[stream] += text;
        if (next === 'adopt') log.adopt();
        if (next === 'read') for (const { read } of followers) await read();
      }
      for (const reader of followers) {
        await reader.read();
        await reader.rest();
        reader.reader.close();
        t.deepEqual(reader.text, expected);
      }
      log.end();
    }),
    { numRuns: samples(200) },
  );
});

test('a reader that begins at the mark of another one, loses nothing and repeats nothing', async (t) => {
  const limits = record({ maxSize: integer({ min: 30, max: 200 }), maxFiles: integer({ min: 1, max: 3 }) });
  await assert(
    asyncProperty(writes, limits, nat(5), async (all, limit, tail) => {
      const log = open(limit);
      const half = all.length >> 1;
      for (const { stream, text } of all.slice(0, half)) log.write(stream, text);
      await log.removed();
      const whole = log.readers.open(log.path);
      const start = await tailOfLog(whole, tail, false);
      const expected = follow(whole, start, 'lines');
      let reader = log.readers.open(log.path);
      let resumed = follow(reader, start, 'lines');
      const lines: string[] = [];
      const resume = (): void => {
        lines.push(...resumed.lines);
        const next = log.readers.open(log.path);
        resumed = follow(next, logAfter(next, resumed.mark()), 'lines');
        reader.close();
        reader = next;
      };
      resume();
      for (const { stream, text, next } of all.slice(half)) {
        log.write(stream, text);
        if (next === 'adopt') log.adopt();
        if (next !== 'read') continue;
        await resumed.read();
        await expected.read();
        await log.removed();
        resume();
      }
      for (const each of [expected, resumed]) {
        await each.read();
        await each.rest();
      }
      t.deepEqual([...lines, ...resumed.lines], expected.lines);
      whole.close();
      reader.close();
      log.end();
    }),
    { numRuns: samples(300) },
  );
});

/** Red without: `endsCutOff` in stream-reader.ts. */
test('after a line that its run has not ended, a mark is before the next line', async (t) => {
  const log = open({ maxSize: 1000, maxFiles: 2 });
  log.write('stdout', 'first run');
  const reader = log.readers.open(log.path);
  const first = follow(reader, startOfLog(reader), 'lines');
  await first.read();
  await first.rest();
  log.restart();
  log.write('stdout', '\nsecond run\n');
  const second = follow(reader, logAfter(reader, first.mark()), 'lines');
  await second.read();
  t.deepEqual([...first.lines, ...second.lines], ['stdout: first run', 'stdout: \n', 'stdout: second run\n']);
  const third = follow(reader, logAfter(reader, second.mark()), 'lines');
  await third.read();
  t.deepEqual(third.lines, []);
  reader.close();
  log.end();
});

/** Red without: the check for the segment in `logAfter` of start.ts. */
test('a mark in a file that was removed leads to the oldest line, and it is told that output is missing', async (t) => {
  const log = open({ maxSize: 100, maxFiles: 2 });
  log.write('stdout', 'line\n');
  const before = log.readers.open(log.path);
  const first = follow(before, startOfLog(before), 'lines');
  await first.read();
  before.close();
  for (let index = 0; index < 100; index++) log.write('stdout', `line ${index}\n`);
  await log.removed();
  const reader = log.readers.open(log.path);
  const { read, lines } = follow(reader, logAfter(reader, first.mark()), 'lines');
  await read();
  t.regex(lines[0]!, /^stderr: tscompose: output is missing here/);
  t.is(lines.slice(1).join(''), (await wholeOf(log)).replaceAll('line', 'stdout: line'));
  reader.close();
  log.end();
});

test('the last lines, and those since a time, are found across files', async (t) => {
  await assert(
    asyncProperty(nat(40), nat(30), async (printed, count) => {
      const log = open({ maxSize: 150, maxFiles: 100 });
      const whole = Array.from({ length: printed }, (_, index) => `line ${index}\n`);
      for (const [index, line] of whole.entries()) log.write(index % 3 === 0 ? 'stderr' : 'stdout', line);
      const reader = log.readers.open(log.path);
      const { read, lines } = follow(reader, await tailOfLog(reader, count, true), 'lines');
      await read();
      t.deepEqual(
        lines.map((line) => line.replace(/^\w+: /, '')),
        whole.slice(Math.max(0, printed - count)),
      );
      reader.close();
      log.end();
    }),
    { numRuns: samples(60) },
  );
  const log = open({ maxSize: 150, maxFiles: 100 });
  for (let index = 0; index < 20; index++) log.write('stdout', `old ${index}\n`);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const time = Date.now();
  for (let index = 0; index < 20; index++) log.write('stdout', `new ${index}\n`);
  const reader = log.readers.open(log.path);
  const { read, lines } = follow(reader, await logSince(reader, time), 'lines');
  await read();
  t.is(lines.length, 20);
  t.is(lines[0], 'stdout: new 0\n');
  reader.close();
  log.end();
});

test('a kill in the middle of a rotation repeats no line and loses none', async (t) => {
  const log = open({ maxSize: 100, maxFiles: 5 });
  log.write('stdout', `${'x'.repeat(80)}\n`);
  log.write('stdout', 'begun');
  log.write('stdout', ' and ');
  // The line has been copied, and is not yet cut off.
  log.adopt();
  const old = segmentFiles(log.path, 1).stdout;
  writeFileSync(old, `${'x'.repeat(80)}\nbegun and `);
  log.write('stdout', 'ended\n');
  t.deepEqual(readdirSync(`${log.path}.rotated`).toSorted(), ['2.index', '2.stdout']);
  writeFileSync(old, `${'x'.repeat(80)}\nbegun and `);
  log.adopt();
  log.write('stdout', 'next\n');
  t.is(await wholeOf(log), `${'x'.repeat(80)}\nbegun and ended\nnext\n`);
  log.end();
});

test('a reader keeps what is removed, and what stands in its place later is not for it', async (t) => {
  const log = open({ maxSize: 100, maxFiles: 3 });
  for (let index = 0; index < 20; index++) log.write('stdout', `first ${index}\n`);
  const reader = log.readers.open(log.path);
  const { read, text } = follow(reader, startOfLog(reader), 'lines');
  log.readers.detach(log.path);
  for (const path of logPaths(log.path)) rmSync(path, { recursive: true, force: true });
  log.adopt();
  for (let index = 0; index < 20; index++) log.write('stderr', `second ${index}\n`);
  await read();
  t.true(text.stdout.endsWith('first 18\nfirst 19\n'));
  t.is(text.stderr, '');
  reader.close();
  log.end();
});

test('a reader that does not read holds a few files, and is told that output is missing', async (t) => {
  const log = open({ maxSize: 100, maxFiles: 2 });
  const reader = log.readers.open(log.path);
  const { read, text } = follow(reader, startOfLog(reader), 'lines');
  for (let index = 0; index < 1000; index++) log.write('stdout', `line ${index}\n`);
  const held = readdirSync('/proc/self/fd').length;
  await read();
  t.true(text.stdout.startsWith('line 0\nline 1\n'));
  t.true(text.stdout.endsWith('line 998\nline 999\n'));
  t.regex(text.stderr, /^tscompose: output is missing here.*\n$/);
  t.true(held < 200);
  reader.close();
  log.end();
});

/** Red without: the comparison with the rest in `lastSegment` of segment-writer.ts. */
test('a line that was divided, because the disk was full, keeps its first half', async (t) => {
  const log = open({ maxSize: 100, maxFiles: 5 });
  log.write('stdout', `${'x'.repeat(80)}\nbegun and `);
  const next = segmentFiles(log.path, 2).stdout;
  mkdirSync(dirname(next));
  writeFileSync(next, 'ended\n');
  log.adopt();
  log.write('stdout', 'next\n');
  t.is(await wholeOf(log), `${'x'.repeat(80)}\nbegun and ended\nnext\n`);
  log.end();
});

/** Red without: `forgetBefore` in open-log.ts. */
test('a reader that keeps up holds only the file that is written', async (t) => {
  const log = open({ maxSize: 100, maxFiles: 2 });
  const reader = log.readers.open(log.path);
  const { read } = follow(reader, startOfLog(reader), 'lines');
  const held = new Set<number>();
  for (let index = 0; index < 200; index++) {
    log.write('stdout', `line ${index}\n`);
    await read();
    held.add(openBelow(dirname(log.path)));
  }
  // Of the reader and of the writer: the bytes and the index.
  t.true(Math.max(...held) <= 6, [...held].join(' '));
  reader.close();
  log.end();
});

/** Red without: `next.remove()` in store.ts, `continueLine` in `next` of segment-reader.ts. */
asRoot('a line that has no space in the next file is divided, and no part of it is there twice', (t) =>
  onSmallDisk(async (path) => {
    const log = open({ maxSize: 20_000, maxFiles: 3 }, path);
    const printed = [`${'x'.repeat(15_000)}\n`, 'y'.repeat(6000), 'end\n'] as const;
    for (const text of printed.slice(0, 2)) log.write('stdout', text);
    writeFileSync(join(path, 'page'), Buffer.alloc(4096));
    fill(path);
    // The copy of the line finds space for its first bytes alone.
    rmSync(join(path, 'page'));
    log.write('stdout', printed[2]);
    t.deepEqual(segmentsOf(log.path), [1, 2]);
    const reader = log.readers.open(log.path);
    const { read, text, firsts } = follow(reader, startOfLog(reader), 'lines');
    await read();
    t.true(text.stdout === printed.join(''), `${text.stdout.length} bytes`);
    t.deepEqual(firsts, [true, true, false]);
    reader.close();
    log.end();
  }),
);

/** Red without: `cutToEntries` in `appendIndex` of files.ts. */
asRoot('an entry of the index that has half the space it needs moves no other', (t) =>
  onSmallDisk(async (path) => {
    const log = open({ maxSize: 100_000, maxFiles: 3 }, path);
    log.write('stderr', 'a\n');
    // An entry has 24 bytes, and a page of memory 4096.
    for (let count = 1; count < Math.floor(4096 / 24); count++) log.write('stdout', 'b\n');
    fill(path);
    log.write('stdout', 'c\n');
    rmSync(join(path, 'filler'));
    for (const stream of ['stderr', 'stdout', 'stderr'] as const) log.write(stream, 'd\n');
    const reader = log.readers.open(log.path);
    const { read, lines } = follow(reader, startOfLog(reader), 'lines');
    await read();
    // What has no entry comes with what follows it.
    t.deepEqual(lines.slice(-4), ['stderr: d\n', 'stdout: c\n', 'stdout: d\n', 'stderr: d\n']);
    reader.close();
    log.end();
  }),
);

const onSmallDisk = async (body: (path: string) => Promise<void>): Promise<void> => {
  const path = mkdtempSync(join(tmpdir(), 'tscompose-small-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200k,mode=700', 'small', path]);
  try {
    await body(path);
  } finally {
    execFileSync('umount', ['--lazy', path]);
    rmSync(path, { recursive: true });
  }
};

const fill = (path: string): void => {
  try {
    writeFileSync(join(path, 'filler'), Buffer.alloc(200_000));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
};

const openBelow = (directory: string): number =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(directory);
    } catch {
      return false;
    }
  }).length;
