import type { OpenLog } from './open-log.ts';
import {
  BEGINNING,
  countUnended,
  endOf,
  positionOfTail,
  positionSince,
  type StreamPosition,
} from './position.ts';
import type { LogPosition } from './reader.ts';

export const startOfLog = (log: OpenLog): LogPosition => ({ segment: log.numbers[0]!, ...BEGINNING });

export const endOfLog = (log: OpenLog): LogPosition => ({
  segment: log.last,
  ...endOf(log.segment(log.last).extent()),
});

/** Before the first piece at `time` or later; milliseconds since the epoch. */
export const logSince = async (log: OpenLog, time: number): Promise<LogPosition> => {
  const isOlder = (number: number): boolean => {
    const { times } = log.segment(number).extent();
    return Math.max(times.stdout, times.stderr) < time;
  };
  const number = log.numbers.find((one) => one === log.last || !isOlder(one))!;
  const segment = log.segment(number);
  return { segment: number, ...(await positionSince(segment, segment.extent(), time)) };
};

/** At the mark of an earlier reader. Where its segment is gone, a gap comes first, and then all that is left. */
export const logAfter = (log: OpenLog, mark: string): LogPosition => {
  const [segment = 0, skip = 0, ...places] = mark.split(':').map((text) => Number.parseInt(text, 10));
  if (!log.numbers.includes(segment)) return { segment: log.numbers[0]! - 2, ...BEGINNING };
  const [stdout, stderr] = mark
    .split(':')
    .slice(2)
    .map(
      (text, index): StreamPosition => ({
        at: places[index]!,
        lineTime: undefined,
        isContinued: text.endsWith('c'),
        isCutOff: text.endsWith('e'),
      }),
    );
  // Entries of what is before the mark are passed over: the two streams share them, and neither shows the place of both.
  return { segment, entry: 0, streams: { stdout: stdout!, stderr: stderr! }, skip };
};

/** Before the last `count` lines; an unfinished one counts only `withUnended`. */
export const tailOfLog = async (log: OpenLog, count: number, withUnended: boolean): Promise<LogPosition> => {
  const last = log.segment(log.last);
  const unended = withUnended ? await countUnended(last, last.extent()) : 0;
  let left = Math.max(0, count - unended);
  let number = log.last;
  for (;;) {
    const segment = log.segment(number);
    const { position, lines } = await positionOfTail(segment, segment.extent(), left);
    const before = log.numbers.findLast((one) => one < number);
    if (lines >= left || before === undefined) return { segment: number, ...position };
    left -= lines;
    number = before;
  }
};
