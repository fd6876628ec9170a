import type { Client } from '../../api/client.ts';
import { LineTimes } from './time.ts';
import { timeMerger } from './time-merger.ts';

/**
 * Reads logs so that the lines of several containers come in the order of time. The oldest line is certain only once
 * every log has shown its next one, which a followed log may never do: a line waits at most `patience` milliseconds
 * for older ones.
 */
export function inOrderOfTime(logs: Client['logs'], patience: number): Client['logs'] {
  const merger = timeMerger(patience);
  return async (container, options, onChunk, onMark) => {
    const source = merger.open();
    const times = new LineTimes();
    const take = (stream: 'stdout' | 'stderr', chunk: Buffer) => {
      const { time, text } = times.take(stream, chunk);
      const emit = () => void onChunk(stream, options.timestamps ? chunk : text);
      return source.push({ time, bytes: chunk.length, emit });
    };
    try {
      await logs(container, { ...options, timestamps: true }, take, onMark);
    } finally {
      await source.end();
    }
  };
}
