import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import budget from './budget.json' with { type: 'json' };

/**
 * Runs scripts of package.json one after the other, up to the first that fails: `parts.ts lint types`. Those that are
 * joined, as in `test:scenarios+vm`, run at the same time: scenarios wait for a third of their time, and the later
 * parts get what the first leaves of the processors. What stands behind a `--` is for the last of all; `npm test` ends
 * with `$TEST_BESIDE`. Prints how long each took, and how long it may take on two idle processors; more is said, and is
 * no failure: machines differ.
 */
type Part = keyof typeof budget;

const at = process.argv.indexOf('--');
const steps = process.argv.slice(2, at === -1 ? undefined : at).map((word) => word.split('+') as Part[]);
const last = steps.at(-1)?.at(-1);
const words = at === -1 ? [] : process.argv.slice(at);

const lines: string[] = [];
for (const parts of steps) {
  const before = processorSeconds();
  const ends = await Promise.all(parts.map((_, index) => run(parts, index)));
  const processor = `${Math.round(processorSeconds() - before)} s of processor time`;
  for (const [index, { seconds }] of ends.entries()) {
    const allowed = budget[parts[index]!];
    const over = seconds > allowed ? ` OVER ITS BUDGET by ${seconds - allowed} s` : '';
    const spent = index < parts.length - 1 ? '' : `, ${processor}`;
    lines.push(`part ${parts[index]}: ${seconds} s of ${allowed} s${spent}${over}`);
  }
  process.exitCode = ends.find(({ code }) => code !== 0)?.code ?? 0;
  if (process.exitCode !== 0) break;
}
console.log(lines.join('\n'));

async function run(
  parts: readonly Part[],
  index: number,
): Promise<{ readonly code: number; readonly seconds: number }> {
  const name = parts[index]!;
  const started = Date.now();
  const isAlone = parts.length === 1;
  const child = spawn('npm', ['run', '-s', name, ...(name === last ? words : [])], {
    stdio: isAlone ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  if (!isAlone) printLines(child);
  if (index > 0) setPriority(child.pid!, constants.priority.PRIORITY_LOW);
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 1));
  });
  return { code, seconds: Math.round((Date.now() - started) / 1000) };
}

/** Whole lines, as another part prints at the same time. */
function printLines({ stdout, stderr }: ChildProcess): void {
  for (const [from, to] of [
    [stdout!, process.stdout],
    [stderr!, process.stderr],
  ] as const)
    createInterface({ input: from }).on('line', (line) => void to.write(`${line}\n`));
}

/** Of all processes that have been waited for: proc_pid_stat(5), in hundredths of a second. */
function processorSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}
