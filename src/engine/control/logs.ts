import type { QueryOf } from '../../api/call.ts';
import type { readLogs } from '../../api/calls/output.ts';
import { OpenLog } from '../logs/open-log.ts';
import { BEGINNING, countUnended, type Position, positionOfTail, positionSince } from '../logs/position.ts';
import { LogReader } from '../logs/reader.ts';
import type { Context } from '../supervisor/context.ts';
import type { ContainerRecord } from '../supervisor/record/project-record.ts';
import { FrameBatch } from './frame-batch.ts';
import type { Reply } from './reply.ts';
import { whileRunning } from './while-running.ts';

/**
 * `GET /containers/{id}/logs`: in frames of at most 64 KB. With `timestamps` each line is one frame, or several if it
 * is long; the first of them begins with the time.
 */
export const sendLogs = async (
  context: Context,
  { name }: ContainerRecord,
  {
    timestamps = false,
    since = 0,
    until = Number.POSITIVE_INFINITY,
    tail = Number.POSITIVE_INFINITY,
    follow = false,
  }: QueryOf<typeof readLogs>,
  reply: Reply,
): Promise<void> => {
  const output = reply.stream('application/vnd.docker.multiplexed-stream');
  const isFollowed = follow && context.running.has(name) && until > Date.now();
  const batch = new FrameBatch(output);
  const textOf = timeTexts();
  const log = new OpenLog(context.paths.container(name).log);
  try {
    const start = await startOf(log, { tail, since, withUnended: !isFollowed });
    const isCut = since > 0 || until < Number.POSITIVE_INFINITY;
    const cut = timestamps || isCut ? 'lines' : 'batches';
    const reader = new LogReader(log, start, cut, ({ stream, bytes, time, isFirst }) =>
      time < since || time >= until
        ? undefined
        : batch.add(stream, timestamps && isFirst ? `${textOf(time)} ` : '', bytes),
    );
    const read = async (): Promise<void> => {
      await reader.read(() => output.destroyed);
      await batch.flush();
    };
    if (isFollowed) await whileRunning(context, name, { listener: output, log, until }, read);
    else await read();
    await reader.rest(isFollowed ? Number.POSITIVE_INFINITY : tail);
    await batch.flush();
  } finally {
    log.close();
    output.end();
  }
};

type Wanted = { readonly tail: number; readonly since: number; readonly withUnended: boolean };

const startOf = async (log: OpenLog, { tail, since, withUnended }: Wanted): Promise<Position> => {
  const extent = log.extent();
  if (tail !== Number.POSITIVE_INFINITY) {
    const unended = withUnended ? await countUnended(log, extent) : 0;
    return positionOfTail(log, extent, Math.max(0, tail - unended));
  }
  return since > 0 ? positionSince(log, extent, since) : BEGINNING;
};

/** With nine digits, as in Docker. Caches the text: most consecutive lines have the same millisecond. */
const timeTexts = () => {
  let [last, text] = [Number.NaN, ''];
  return (time: number): string => {
    if (time !== last) [last, text] = [time, new Date(time).toISOString().replace('Z', '000000Z')];
    return text;
  };
};
