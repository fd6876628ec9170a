import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import { array, assert, asyncProperty, boolean, constantFrom, nat, record, string } from 'fast-check';
import type { StreamName } from '../../../src/api/frames.ts';
import { appendIndex, ENTRY_BYTES, openIndex, segmentFiles } from '../../../src/engine/logs/files.ts';
import {
  BEGINNING,
  countUnended,
  endOf,
  type Position,
  positionOfTail,
  positionSince,
} from '../../../src/engine/logs/position.ts';
import { Segment } from '../../../src/engine/logs/segment.ts';
import { type Cut, SegmentReader } from '../../../src/engine/logs/segment-reader.ts';
import type { Part } from '../../../src/engine/logs/stream-reader.ts';
import { samples } from '../../patience.ts';

type Write = (stream: StreamName, text: string, isIndexed?: boolean) => void;

const withLog = async (run: (log: Segment, write: Write, path: string) => Promise<void>): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-logs-'));
  const path = join(directory, 'web-1');
  const files = segmentFiles(path, 1);
  const index = openIndex(files);
  const ends = { stdout: 0, stderr: 0 };
  let time = 1000;
  const log = new Segment(files);
  try {
    await run(
      log,
      (stream, text, isIndexed = true) => {
        appendFileSync(files[stream], text);
        ends[stream] += Buffer.byteLength(text);
        if (isIndexed) appendIndex(index, { time: time++, stream, end: ends[stream] });
      },
      path,
    );
  } finally {
    log.close();
    closeSync(index);
    rmSync(directory, { recursive: true });
  }
};

const collector = (log: Segment, position: Position, cut: Cut) => {
  const parts: Part[] = [];
  const reader = new SegmentReader(log, position, cut, (part) => {
    parts.push({ ...part, bytes: Buffer.from(part.bytes) });
    return undefined;
  });
  return {
    reader,
    read: async (): Promise<readonly string[]> => {
      await reader.read(() => false);
      return parts.splice(0).map(({ stream, bytes }) => `${stream}: ${bytes}`);
    },
    parts,
  };
};

test('pieces of both streams are read in the order in which they came', async (t) => {
  await withLog(async (log, write) => {
    write('stdout', 'one\n');
    write('stderr', 'two\n');
    write('stdout', 'three\n');
    t.deepEqual(await collector(log, BEGINNING, 'pieces').read(), [
      'stdout: one\n',
      'stderr: two\n',
      'stdout: three\n',
    ]);
  });
});

test('a reader goes on where it was', async (t) => {
  await withLog(async (log, write) => {
    const { read } = collector(log, BEGINNING, 'lines');
    write('stdout', 'one\n');
    await read();
    write('stdout', 'two\nthr');
    t.deepEqual(await read(), ['stdout: two\n']);
    write('stdout', 'ee\n');
    t.deepEqual(await read(), ['stdout: three\n']);
    t.deepEqual(await read(), []);
  });
});

test('what the index has missed, because its writer was killed, is read all the same and once', async (t) => {
  await withLog(async (log, write) => {
    const { read } = collector(log, BEGINNING, 'pieces');
    write('stdout', 'one\n');
    write('stdout', 'two\n', false);
    t.deepEqual(await read(), ['stdout: one\n', 'stdout: two\n']);
    write('stdout', 'three\n');
    t.deepEqual(await read(), ['stdout: three\n']);
  });
});

test('from the end of a log only what comes later is read', async (t) => {
  await withLog(async (log, write) => {
    write('stdout', 'old\n');
    const { read } = collector(log, endOf(log.extent()), 'pieces');
    write('stderr', 'new\n');
    t.deepEqual(await read(), ['stderr: new\n']);
  });
});

test('there is no log before anything was printed', async (t) => {
  const log = new Segment(segmentFiles('/nowhere/web-1', 1));
  t.deepEqual(await collector(log, BEGINNING, 'lines').read(), []);
  t.deepEqual(await positionOfTail(log, log.extent(), 3), { position: BEGINNING, lines: 0 });
});

test('a log that is removed while it is read stays readable', async (t) => {
  await withLog(async (log, write, path) => {
    write('stdout', 'one\n');
    log.open();
    for (const file of Object.values(segmentFiles(path, 1))) rmSync(file, { force: true });
    t.deepEqual(await collector(log, BEGINNING, 'lines').read(), ['stdout: one\n']);
  });
});

test('half an entry at the end of an index, as a crash leaves it, moves no other', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-logs-'));
  const files = segmentFiles(join(directory, 'web-1'), 1);
  writeFileSync(files.index, Buffer.alloc(ENTRY_BYTES + 7));
  closeSync(openIndex(files));
  t.is(statSync(files.index).size, ENTRY_BYTES);
  rmSync(directory, { recursive: true });
});

test('a line of many megabytes comes in parts that fit into frames', async (t) => {
  await withLog(async (log, write) => {
    const line = 'x'.repeat(1 << 20);
    for (let count = 0; count < 4; count++) write('stdout', line);
    write('stdout', 'end\nnext\n');
    for (const start of [BEGINNING, (await positionOfTail(log, log.extent(), 2)).position]) {
      const { reader, parts } = collector(log, start, 'lines');
      await reader.read(() => false);
      t.true(parts.every(({ bytes }) => bytes.length <= 60_000));
      t.deepEqual(
        parts.filter(({ isFirst }) => isFirst).map(({ time }) => time),
        [1000, 1004],
      );
      t.is(Buffer.concat(parts.map(({ bytes }) => bytes)).toString(), `${line.repeat(4)}end\nnext\n`);
    }
  });
});

test('the last lines of a large log are found at its end', async (t) => {
  await withLog(async (log, write) => {
    for (let count = 0; count < 200; count++) write('stdout', 'a line of text\n'.repeat(1000));
    const sizes: number[] = [];
    const read = log.read.bind(log);
    log.read = (file, position, length) => {
      sizes.push(length);
      return read(file, position, length);
    };
    const { read: rest } = collector(log, (await positionOfTail(log, log.extent(), 3)).position, 'lines');
    t.is((await rest()).length, 3);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    t.true(bytes < 300_000, `${bytes} of 3,000,000 bytes were read`);
  });
});

test('where a time begins is found in a few looks at the index', async (t) => {
  await withLog(async (log, write) => {
    for (let count = 0; count < 2000; count++) write('stdout', `${count}\n`);
    let looks = 0;
    const entries = log.entries.bind(log);
    log.entries = (first, count) => {
      looks += count;
      return entries(first, count);
    };
    const position = await positionSince(log, log.extent(), 2500);
    t.true(looks < 30, `${looks} of 2,000 entries were read`);
    const lines = await collector(log, position, 'lines').read();
    t.is(lines[0], 'stdout: 1500\n');
    t.is(lines.length, 500);
  });
});

type Piece = { readonly stream: StreamName; readonly text: string; readonly isIndexed: boolean };

/** Lines as somebody would make them who has the whole log in memory. */
const linesOf = (pieces: readonly Piece[]) => {
  const begun = new Map<StreamName, string>();
  const lines = pieces.flatMap(({ stream, text }) => {
    const [rest = '', ...ended] = ((begun.get(stream) ?? '') + text).split('\n').toReversed();
    begun.set(stream, rest);
    return ended.toReversed().map((line) => `${stream}: ${line}\n`);
  });
  const rest = (['stdout', 'stderr'] as const)
    .map((stream) => [stream, begun.get(stream) ?? ''])
    .filter(([, text]) => text !== '')
    .map(([stream, text]) => `${stream}: ${text}`);
  return { lines, rest };
};

const pieces = array(
  record({
    stream: constantFrom<StreamName[]>('stdout', 'stderr'),
    text: string({ unit: constantFrom('a', 'b', '\n'), minLength: 1 }),
    // Only the last piece of a stream can be missing, and only the last of all comes in the order of time.
    isIndexed: boolean(),
  }),
  { maxLength: 30 },
).map((all) =>
  all.map((piece, index): Piece => ({ ...piece, isIndexed: index < all.length - 1 || piece.isIndexed })),
);

test('the last lines are those of the whole log, whatever was printed', async (t) => {
  await assert(
    asyncProperty(pieces, nat(20), async (all, count) => {
      await withLog(async (log, write) => {
        for (const { stream, text, isIndexed } of all) write(stream, text, isIndexed);
        const { lines, rest } = linesOf(all);
        const extent = log.extent();
        const unended = await countUnended(log, extent);
        const { reader, read, parts } = collector(
          log,
          (await positionOfTail(log, extent, Math.max(0, count - unended))).position,
          'lines',
        );
        const got = [...(await read())];
        await reader.rest(count);
        got.push(...parts.map(({ stream, bytes }) => `${stream}: ${bytes}`));
        const whole = [...lines, ...rest];
        t.deepEqual(got, whole.slice(Math.max(0, whole.length - count)));
      });
    }),
    { numRuns: samples(300) },
  );
});

test('batches of lines say the same as lines', async (t) => {
  await assert(
    asyncProperty(pieces, async (all) => {
      await withLog(async (log, write) => {
        const [each, together] = [collector(log, BEGINNING, 'lines'), collector(log, BEGINNING, 'batches')];
        const texts = { each: '', together: '' };
        for (const [index, { stream, text }] of all.entries()) {
          write(stream, text);
          if (index % 3 > 0) continue;
          texts.each += (await each.read()).filter((line) => line.startsWith('stdout')).join('');
          texts.together += (await together.read()).filter((line) => line.startsWith('stdout')).join('');
        }
        const bare = (text: string): string => text.replaceAll('stdout: ', '');
        t.is(bare(texts.together), bare(texts.each));
      });
    }),
    { numRuns: samples(100) },
  );
});

/** Red without: the check of the length in `#advance` of segment-reader.ts. */
for (const cut of ['pieces', 'lines', 'batches'] as const)
  test(`a log that somebody empties while it is read is read no further, in ${cut}`, async (t) => {
    await withLog(async (log, write, path) => {
      write('stdout', 'a line\n'.repeat(1 << 16));
      let looks = 0;
      const reader = new SegmentReader(log, BEGINNING, cut, () => {
        truncateSync(`${path}.stdout`);
        return undefined;
      });
      await reader.read(() => ++looks > 1000);
      t.true(looks < 1000);
    });
  });

/** Red without: `letGo` in segment-reader.ts. */
test.serial('a reader that waits for more holds no memory for the lines before', async (t) => {
  setFlagsFromString('--expose-gc');
  const held = (): number => {
    // Another thread frees the memory of the first collection, and the second one waits for it.
    for (let round = 0; round < 2; round++) runInNewContext('gc')();
    return process.memoryUsage().arrayBuffers;
  };
  await withLog(async (log, write) => {
    write('stdout', 'a line\n'.repeat(1 << 14));
    const before = held();
    const readers = Array.from(
      { length: 100 },
      () => new SegmentReader(log, BEGINNING, 'batches', () => undefined),
    );
    for (const reader of readers) await reader.read(() => false);
    t.true(held() - before < 1 << 20, `${held() - before} bytes`);
    for (const reader of readers) await reader.read(() => false);
  });
});
