import { OpenLog } from './open-log.ts';
import { LogReader } from './reader.ts';
import { tailOfLog } from './start.ts';

/** The last lines of a log; long ones are cut, and control characters are left out. */
export const lastLines = async (path: string, count: number): Promise<readonly string[]> => {
  const log = new OpenLog(path);
  try {
    const lines: string[] = [];
    const reader = new LogReader(log, await tailOfLog(log, count, true), 'lines', ({ bytes, isFirst }) => {
      if (isFirst) lines.push(readable(bytes));
      return undefined;
    });
    await reader.read(() => false);
    await reader.rest(count);
    return lines.slice(-count);
  } finally {
    log.close();
  }
};

// A terminal would obey control characters.
const readable = (bytes: Buffer): string =>
  bytes.subarray(0, LONGEST).toString('utf8').replace(/\p{C}/gu, '');

/** Bytes. */
const LONGEST = 400;
