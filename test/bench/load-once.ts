import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseDocument } from 'yaml';
import { loadProject } from '../../src/project/load.ts';
import { printCanonical } from '../../src/project/print.ts';

// One process for each figure: a command loads its files once, with code that nothing has warmed up.
const [, , what, file = '', rounds = '1'] = process.argv;
const text = readFileSync(file, 'utf8');

const work: Readonly<Record<string, () => void>> = {
  parse: () => void parseDocument(text, { merge: true }),
  load: () => {
    const options = {
      files: [file],
      environment: {},
      cwd: dirname(file),
      strict: false,
      toRun: false,
      leaveOut: new Set(['model'] as const),
    };
    const { canonical, diagnostics } = loadProject(options);
    if (!canonical) throw new Error(JSON.stringify(diagnostics[0]));
    printCanonical(canonical, 'json');
  },
};

const times = Array.from({ length: Number(rounds) }, () => {
  const begin = performance.now();
  work[what!]!();
  return performance.now() - begin;
});
process.stdout.write(String(Math.min(...times)));
