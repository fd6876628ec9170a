/** Cuts a stream into lines and puts a prefix before each; an incomplete line waits for its rest. */
export type LineWriter = {
  readonly push: (chunk: Uint8Array) => void;
  /** Writes the incomplete line, with a line break. */
  readonly end: () => void;
};

export function lineWriter(prefix: () => string, write: (bytes: Uint8Array) => void): LineWriter {
  let waiting: Uint8Array[] = [];
  let waitingLength = 0;

  const wait = (bytes: Uint8Array) => {
    waiting.push(bytes);
    waitingLength += bytes.length;
    // A program that never ends its line must not fill our memory.
    if (waitingLength > longestLine) flush();
  };

  const flush = () => {
    if (waitingLength > 0) write(Buffer.concat([Buffer.from(prefix()), ...waiting, lineBreak]));
    waiting = [];
    waitingLength = 0;
  };

  return {
    push: (chunk) => {
      const before = Buffer.from(prefix());
      const lines: Uint8Array[] = [];
      let start = 0;
      for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
        lines.push(before, ...waiting, chunk.subarray(start, end + 1));
        waiting = [];
        waitingLength = 0;
        start = end + 1;
      }
      if (lines.length > 0) write(Buffer.concat(lines));
      if (start < chunk.length) wait(chunk.subarray(start));
    },
    end: flush,
  };
}

const newline = 0x0a;
const lineBreak = Buffer.from('\n');
const longestLine = 1 << 20;
