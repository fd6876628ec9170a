import { appendFileSync, readFileSync } from 'node:fs';

/** The lines of a shard in the file `$TEST_ENDS`, in JSON: the end of a test, or that the shard came to its end. */
export type End = {
  readonly shard: string;
  readonly passed?: string;
  readonly failed?: string;
  readonly seconds?: number;
  readonly ended?: true;
};

/** Does nothing where nobody has asked. */
export function writeEnd(end: End): void {
  const file = process.env.TEST_ENDS;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(end)}\n`);
}

export const readEnds = (file: string): readonly End[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as End);
