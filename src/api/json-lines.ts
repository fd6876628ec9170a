/** Calls `onLine` with every complete line of what arrives in pieces, parsed as JSON. */
export const jsonLines = <Value>(onLine: (value: Value) => void): ((chunk: Buffer) => void) => {
  let pending = '';
  const decoder = new TextDecoder();
  return (chunk) => {
    const lines = (pending + decoder.decode(chunk, { stream: true })).split('\n');
    pending = lines.pop() ?? '';
    for (const line of lines) if (line !== '') onLine(JSON.parse(line) as Value);
  };
};
