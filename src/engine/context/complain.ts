import { writeSync } from 'node:fs';

/** Writes a line to the supervisor's log, if possible. */
export const complain = (text: string): void => {
  try {
    writeSync(STDERR, `${text}\n`);
  } catch {
    // The disk is full; the next command reports that too.
  }
};

const STDERR = 2;
