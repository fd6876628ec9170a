import type { Client } from '../../api/client.ts';
import { ConnectionLost } from '../../api/connection-lost.ts';
import { lineTimes } from './time.ts';

/** What has arrived of the last millisecond of a stream. */
type Last = { readonly time: string; readonly bytes: number };

/**
 * Reads a log with times to its end, also when the supervisor is killed meanwhile: the next one is asked for the lines
 * from the last millisecond on, and what had arrived of it is left out.
 */
export const acrossSupervisors =
  (logs: Client['logs']): Client['logs'] =>
  async (id, query, onChunk) => {
    const lasts = new Map<string, Last>();
    let from = query;
    for (let failures = 0; ; ) {
      const split = lineTimes();
      const known = new Map(lasts);
      const seen = new Map<string, Last>();
      try {
        return await logs(id, from, (stream, chunk) => {
          failures = 0;
          const { time } = split(stream, chunk);
          const before = seen.get(stream);
          const begin = before?.time === time ? before.bytes : 0;
          seen.set(stream, { time, bytes: begin + chunk.length });
          const arrived = arrivedOf(known.get(stream), time) - begin;
          if (arrived >= chunk.length) return;
          lasts.set(stream, seen.get(stream)!);
          return onChunk(stream, arrived > 0 ? chunk.subarray(arrived) : chunk);
        });
      } catch (error) {
        if (!(error instanceof ConnectionLost) || ++failures === MOST_FAILURES) throw error;
        const times = [...lasts.values()].map(({ time }) => Date.parse(time));
        if (times.length === 0) continue;
        const { tail: _, ...others } = query;
        from = { ...others, since: Math.max(...times) };
      }
    }
  };

/** Supervisors that end before they answer with a line. */
const MOST_FAILURES = 5;

/** The number of bytes of a millisecond. */
const arrivedOf = (last: Last | undefined, time: string): number => {
  if (last === undefined || time > last.time) return 0;
  return time === last.time ? last.bytes : Number.POSITIVE_INFINITY;
};
