import type { Progress } from '../command-context.ts';
import { pullLine } from './pull-line.ts';
import type { TransferEvent } from './transfer.ts';

/** Shows how images are fetched or pushed. */
export type PullReporter = {
  readonly event: (event: TransferEvent) => void;
  /** Resolves once everything is shown and the terminal is free for other output. */
  readonly finish: () => Promise<void>;
};

export async function createPullReporter(progress: Progress): Promise<PullReporter> {
  const write = (text: string) => void process.stderr.write(text);
  switch (progress) {
    case 'tty':
      return (await import('./pull-tree.ts')).pullTreeReporter(process.stderr);
    case 'plain':
      return linesReporter(write);
    case 'json':
      return (await import('./pull-json.ts')).pullJsonReporter(write);
    case 'quiet':
      return { event: () => {}, finish: async () => {} };
    default:
      return progress satisfies never;
  }
}

/** One line for every event, except for those that only count bytes. */
const linesReporter = (write: (text: string) => void): PullReporter => ({
  event: (event) => {
    const line = pullLine(event);
    if (line !== undefined) write(`${line}\n`);
  },
  finish: async () => {},
});
