import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { largeProject } from './large-project.ts';
import type { Place } from './prepare.ts';
import type { Subject } from './rounds.ts';
import { timed } from './workload.ts';

const SIZES = [500, 5000];

/** The cost of reading, checking and printing a large file beside parsing it, each in a process of its own. */
export function loading(place: Place): readonly Subject[] {
  const program = bundled(place);
  return SIZES.flatMap((size) => {
    const file = join(place.directory, `large${size}.yaml`);
    writeFileSync(file, largeProject(size));
    const once = (what: string): number =>
      Number(execFileSync(process.execPath, ['--', program, what, file], { encoding: 'utf8' }));
    return [
      { name: `parse ${size}`, run: () => ({ [`parse ${size}`]: once('parse') }) },
      { name: `load ${size}`, run: () => ({ [`load ${size}`]: once('load') }) },
      {
        name: `config of ${size}`,
        run: () => ({
          [`config of ${size}`]: timed(
            process.execPath,
            ['--', place.tscompose, '-f', file, 'config', '-q'],
            place,
          ),
        }),
      },
    ];
  });
}

/** As the program itself is made, so that the same code is measured. */
function bundled({ directory }: Place): string {
  const output = join(directory, 'load-once.js');
  const entry = resolve(import.meta.dirname, 'load-once.ts');
  execFileSync('npm', ['run', '-s', 'bundle', '--', entry, `--outfile=${output}`], { stdio: 'inherit' });
  return output;
}
