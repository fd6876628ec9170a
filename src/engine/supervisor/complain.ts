import { writeSync } from 'node:fs';

/** A line in the log of the supervisor, which nobody may be able to write at this moment. */
export const complain = (text: string): void => {
  try {
    writeSync(STDERR, `${text}\n`);
  } catch {
    // No space, of which the next command hears as well.
  }
};

const STDERR = 2;
