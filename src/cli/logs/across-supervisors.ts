import type { Client } from '../../api/client.ts';
import { ConnectionLost } from '../../api/connection-lost.ts';
import type { StreamName } from '../../api/frames.ts';
import { LineTimes } from './time.ts';

/**
 * Reads a log with times to its end, also when the supervisor is killed meanwhile: the next one is asked for what follows
 * the last position that was told, and what had arrived of that is left out. The clock plays no part in it.
 */
export const acrossSupervisors =
  (logs: Client['logs']): Client['logs'] =>
  async (id, query, onChunk, onMark) => {
    let mark = query.after;
    let atMark = new LineTimes();
    /** Bytes of each stream after the mark that `onChunk` was given, without times. */
    const given = { stdout: 0, stderr: 0 };
    const isWithinLine = { stdout: false, stderr: false };
    let hasBegun = false;
    for (let failures = 0; ; ) {
      const { since, ...others } = query;
      const from = { ...others, ...(!hasBegun && since !== undefined && { since }) };
      const asked = mark;
      let split = atMark.copy();
      const arrived = { stdout: 0, stderr: 0 };
      let isFirstMark = true;
      const take = (stream: StreamName, chunk: Buffer): ReturnType<typeof onChunk> => {
        failures = 0;
        hasBegun = true;
        const { text } = split.take(stream, chunk);
        const known = given[stream] - arrived[stream];
        arrived[stream] += text.length;
        if (known >= text.length) return;
        given[stream] = arrived[stream];
        isWithinLine[stream] = text.at(-1) !== LINE_END[0];
        return onChunk(stream, known > 0 ? text.subarray(known) : chunk);
      };
      const hear = (told: string): void => {
        const isElsewhere = isFirstMark && asked !== undefined && told !== asked;
        isFirstMark = false;
        for (const stream of STREAMS) {
          given[stream] = isElsewhere ? 0 : Math.max(0, given[stream] - arrived[stream]);
          arrived[stream] = 0;
          // The work that it had begun is lost.
          if (isElsewhere && isWithinLine[stream]) onChunk(stream, LINE_END);
        }
        if (isElsewhere) split = new LineTimes();
        atMark = split.copy();
        mark = told;
        onMark?.(told);
      };
      try {
        return await logs(id, { ...from, ...(asked !== undefined && { after: asked }) }, take, hear);
      } catch (error) {
        if (!(error instanceof ConnectionLost) || ++failures === MOST_FAILURES) throw error;
      }
    }
  };

const STREAMS: readonly StreamName[] = ['stdout', 'stderr'];

const LINE_END = Buffer.from('\n');

/** Supervisors that end before they answer with a line. */
const MOST_FAILURES = 5;
