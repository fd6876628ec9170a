import type { QueryOf } from '../../api/call.ts';
import type { readLogs } from '../../api/calls/output.ts';
import { Problem } from '../../base/diagnostic.ts';
import type { Context } from '../context/context.ts';
import { isKept } from '../logs/limits.ts';
import { logOf } from '../logs/log-of.ts';
import type { OpenLog } from '../logs/open-log.ts';
import { type LogPosition, LogReader } from '../logs/reader.ts';
import { logAfter, logSince, startOfLog, tailOfLog } from '../logs/start.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import { FrameBatch } from './frame-batch.ts';
import type { Reply } from './reply.ts';
import { whileRunning } from './while-running.ts';

/**
 * `GET /containers/{id}/logs`: in frames of at most 64 KB. With `timestamps` each line is one frame, or several if it
 * is long; the first of them begins with the time.
 */
export const sendLogs = async (
  context: Context,
  container: ContainerRecord,
  {
    timestamps = false,
    since = 0,
    until = Number.POSITIVE_INFINITY,
    tail = Number.POSITIVE_INFINITY,
    follow = false,
    attached = false,
    marks = false,
    after,
  }: QueryOf<typeof readLogs>,
  reply: Reply,
): Promise<void> => {
  const { name, definition } = container;
  if (!attached && !isKept(definition.logging)) throw notKept(name);
  const output = reply.stream('application/vnd.docker.multiplexed-stream');
  const isFollowed = follow && context.running.has(name) && until > Date.now();
  const batch = new FrameBatch(output);
  const textOf = timeTexts();
  const log = context.logReaders.open(logOf(context, container).path);
  try {
    const start =
      after === undefined
        ? await startOf(log, { tail, since, withUnended: !isFollowed })
        : logAfter(log, after);
    const isCut = since > 0 || until < Number.POSITIVE_INFINITY;
    const cut = timestamps || isCut ? 'lines' : 'batches';
    // As in Docker, where the clock was set back the lines after the first one are newer than it, whatever their times.
    let first = since;
    let unmarked = 0;
    const addMark = (): Promise<void> | undefined => {
      unmarked = 0;
      return marks ? batch.add('mark', reader.mark, NOTHING) : undefined;
    };
    const reader = new LogReader(log, start, cut, ({ stream, bytes, time, isFirst, isNotice }) => {
      if (time < first || time >= until) return undefined;
      first = Number.NEGATIVE_INFINITY;
      const pause = batch.add(stream, timestamps && isFirst ? `${textOf(time)} ` : '', bytes);
      unmarked += isNotice ? MARKED : bytes.length;
      if (unmarked < MARKED) return pause;
      return pause ? pause.then(addMark) : addMark();
    });
    const flush = async (): Promise<void> => {
      await addMark();
      await batch.flush();
    };
    const read = async (): Promise<void> => {
      await reader.read(() => output.destroyed);
      await flush();
    };
    // A client that has received nothing else begins here again.
    await flush();
    if (isFollowed) await whileRunning(context, name, { listener: output, until }, read);
    else await read();
    await reader.rest(isFollowed ? Number.POSITIVE_INFINITY : tail);
    await flush();
  } finally {
    log.close();
    output.end();
  }
};

/** A client that continues receives as many bytes again, at most; one that does not asks for no marks. */
const MARKED = 1 << 16;

const NOTHING = Buffer.alloc(0);

const notKept = (container: string): Problem =>
  new Problem({
    severity: 'error',
    code: 'not-kept',
    message: `the logs of ${container} cannot be read: its logging driver is \`none\``,
    help: 'remove `logging` from the service, or attach to it with `up`',
  });

type Wanted = { readonly tail: number; readonly since: number; readonly withUnended: boolean };

const startOf = async (log: OpenLog, { tail, since, withUnended }: Wanted): Promise<LogPosition> => {
  if (tail !== Number.POSITIVE_INFINITY) return tailOfLog(log, tail, withUnended);
  return since > 0 ? logSince(log, since) : startOfLog(log);
};

/** With nine digits, as in Docker. Caches the text: most consecutive lines have the same millisecond. */
const timeTexts = () => {
  let [last, text] = [Number.NaN, ''];
  return (time: number): string => {
    if (time !== last) [last, text] = [time, new Date(time).toISOString().replace('Z', '000000Z')];
    return text;
  };
};
