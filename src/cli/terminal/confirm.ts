import { createInterface } from 'node:readline';

/** Asks a question on stdout; the answer is the first line of stdin. No answer is a no. */
export const confirm = (question: string): Promise<boolean> =>
  new Promise((resolve) => {
    process.stdout.write(`${question} [yN] `);
    // The terminal itself echoes the answer, and turns Ctrl-C into a signal.
    const lines = createInterface({ input: process.stdin, terminal: false });
    lines.once('line', (answer) => {
      resolve(/^(y|yes|t|true|1)$/i.test(answer.trim()));
      lines.close();
    });
    lines.once('close', () => resolve(false));
  });
