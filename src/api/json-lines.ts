/** Calls `onLine` with every complete line of a chunked stream, parsed as JSON. */
export const jsonLines = <Value>(onLine: (value: Value) => void): ((chunk: Buffer) => void) => {
  let begun: Buffer[] = [];
  return (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const line = chunk.subarray(start, end);
      const whole = begun.length === 0 ? line : Buffer.concat([...begun, line]);
      begun = [];
      start = end + 1;
      if (whole.length > 0) onLine(JSON.parse(whole.toString()) as Value);
    }
    if (start < chunk.length) begun.push(chunk.subarray(start));
  };
};

const NEWLINE = 0x0a;
