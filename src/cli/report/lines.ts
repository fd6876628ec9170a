import { type Change, followChanges } from './changes.ts';
import type { Reporter } from './reporter.ts';

/** Prints one line for every result: for pipes and for the logs of CI jobs. */
export function linesReporter(write: (text: string) => void): Reporter {
  const changesOf = followChanges();
  return {
    event: (event) => {
      for (const { state, text } of changesOf(event)) if (isResult[state]) write(`${text}\n`);
    },
    finish: async () => {},
  };
}

const isResult: { readonly [State in Change['state']]: boolean } = {
  waiting: false,
  busy: false,
  held: true,
  done: true,
  failed: true,
  skipped: true,
  undone: true,
};
