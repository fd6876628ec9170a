import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import budget from './budget.json' with { type: 'json' };
import { again } from './shards/again.ts';
import type { Kind } from './shards/files.ts';

/**
 * Runs scripts of package.json one after the other, up to the first that fails: `parts.ts lint types`. Those that are
 * joined, as in `test:scenarios+vm`, run at the same time. The later parts get a smaller share of the processors, with
 * which they end soon after the first. What stands behind a `--` is for the last of all; `npm test` ends
 * with `$TEST_BESIDE`. Prints how long each took, and how long it may take on two idle processors; more is said, and is
 * no failure: machines differ. A few tests that fail beside others are repeated alone, and said.
 */
type Part = keyof typeof budget;

/** The shards that a part runs. */
const KINDS: Readonly<Partial<Record<Part, readonly Kind[]>>> = {
  'test:unit': ['unit'],
  'test:scenarios': ['scenarios', 'reexec'],
};

/** A third of the share of another process: with less, machines do not even boot before the scenarios are over. */
const BESIDE = 5;

const at = process.argv.indexOf('--');
const steps = process.argv.slice(2, at === -1 ? undefined : at).map((word) => word.split('+') as Part[]);
const last = steps.at(-1)?.at(-1);
const words = at === -1 ? [] : process.argv.slice(at);

const lines: string[] = [];
for (const parts of steps) {
  const before = processorSeconds();
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-test-ends-'));
  const shardEnds = (part: Part): string => join(directory, part.replace(':', '-'));
  for (const part of parts) writeFileSync(shardEnds(part), '');
  const runs = await Promise.all(parts.map((_, index) => run(parts, index, shardEnds(parts[index]!))));
  const ends = runs.map((end, index) =>
    end.code === 0 ? end : repeated(parts[index]!, end, shardEnds(parts[index]!)),
  );
  rmSync(directory, { recursive: true });
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

type End = { readonly code: number; readonly seconds: number };

function repeated(part: Part, end: End, file: string): End {
  const titles = again(KINDS[part] ?? [], file);
  if (!titles) return end;
  lines.push(...titles.map((title) => `passed when repeated alone: ${title}`));
  return { ...end, code: 0 };
}

async function run(parts: readonly Part[], index: number, ends: string): Promise<End> {
  const name = parts[index]!;
  const started = Date.now();
  const isAlone = parts.length === 1;
  const child = spawn('npm', ['run', '-s', name, ...(name === last ? words : [])], {
    stdio: isAlone ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    // Node.js would read these certificates at each of its thousands of starts, and nothing here asks anybody outside.
    env: { ...process.env, TEST_ENDS: ends, NODE_EXTRA_CA_CERTS: undefined },
  });
  if (!isAlone) printLines(child);
  if (index > 0) setPriority(child.pid!, BESIDE);
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
