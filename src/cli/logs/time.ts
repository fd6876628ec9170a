/** Takes the time off a line that was asked for with `timestamps`. */
export function splitTime(chunk: Buffer): { readonly time: string; readonly text: Buffer } {
  const space = chunk.indexOf(' ');
  return { time: chunk.toString('latin1', 0, space), text: chunk.subarray(space + 1) };
}
