import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';

/** The facts without which figures mean nothing. */
export function machineLines(rounds: number): readonly string[] {
  const [cpu] = cpus();
  return [
    `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.version}`,
    `n = ${rounds} rounds; median, and the spread from the lowest to the highest`,
    '',
  ];
}

/** A figure from a busy machine is worse than none. Looks at the CPUs for a second, not at the load of minutes ago. */
export function refuseWhenBusy(): void {
  const before = busyTime();
  execFileSync('sleep', ['1']);
  const after = busyTime();
  const share = (after.busy - before.busy) / (after.all - before.all);
  if (share < MOST_BUSY) return;
  console.error(`bench: the machine is busy (${Math.round(share * 100)} % of its CPU time); no figures`);
  process.exit(1);
}

const MOST_BUSY = 0.15;

/** Network namespaces and cgroups of what ran before are taken apart long after it has ended. */
export function waitUntilQuiet(): void {
  for (let tries = 0; tries < 100; tries++) {
    const before = busyTime();
    execFileSync('sleep', ['0.2']);
    const after = busyTime();
    if ((after.busy - before.busy) / (after.all - before.all) < MOST_BUSY) return;
  }
}

// proc_stat(5): user, nice, system, idle, iowait, …
function busyTime(): { readonly busy: number; readonly all: number } {
  const times = /^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8'))![1]!.split(' ').map(Number);
  const all = times.reduce((sum, time) => sum + time, 0);
  return { all, busy: all - times[3]! - times[4]! };
}
