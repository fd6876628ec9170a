/**
 * Separates the time from lines of a log that was read with `timestamps`. A long line comes in several parts: the first
 * has the time, and the last has the line break.
 */
export function lineTimes() {
  const begun = new Map<string, string>();
  return (stream: string, chunk: Buffer): { readonly time: string; readonly text: Buffer } => {
    const known = begun.get(stream);
    const space = known === undefined ? chunk.indexOf(' ') : -1;
    const time = known ?? chunk.toString('latin1', 0, space);
    if (chunk.at(-1) === LINE_BREAK) begun.delete(stream);
    else begun.set(stream, time);
    return { time, text: chunk.subarray(space + 1) };
  };
}

const LINE_BREAK = 0x0a;
