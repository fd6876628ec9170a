import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import budget from './budget.json' with { type: 'json' };

/**
 * Runs scripts of package.json one after the other, up to the first that fails: `parts.ts lint types`. What stands
 * behind a `--` is for the last of them. Prints how long each took, and how long it may take on two idle processors;
 * more is said, and is no failure: machines differ.
 */
const at = process.argv.indexOf('--');
const names = process.argv.slice(2, at === -1 ? undefined : at) as (keyof typeof budget)[];
const words = at === -1 ? [] : process.argv.slice(at);

const lines: string[] = [];
for (const name of names) {
  const before = { time: Date.now(), processor: processorSeconds() };
  const code = await run(name, name === names.at(-1) ? words : []);
  const seconds = Math.round((Date.now() - before.time) / 1000);
  const processor = Math.round(processorSeconds() - before.processor);
  const over = seconds > budget[name] ? ` OVER ITS BUDGET by ${seconds - budget[name]} s` : '';
  lines.push(`part ${name}: ${seconds} s of ${budget[name]} s, ${processor} s of processor time${over}`);
  if (code === 0) continue;
  process.exitCode = code;
  break;
}
console.log(lines.join('\n'));

function run(name: string, more: readonly string[]): Promise<number> {
  const child = spawn('npm', ['run', '-s', name, ...more], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** Of all processes that have been waited for: proc_pid_stat(5), in hundredths of a second. */
function processorSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}
