import { closeSync, readFileSync, rmSync } from 'node:fs';
import { ExitWatch } from '../kernel/ffi/exit-watch.ts';
import { exitStatusOf, openPidfd } from '../kernel/ffi/process.ts';
import type { Exit, Process } from '../kernel/runner.ts';
import { removeCgroups } from './cgroups.ts';
import type { Context } from './context.ts';
import { cgroupOf, watch } from './lifecycle.ts';
import { keepLogs } from './logs/keeper.ts';
import { isAlive, readLife } from './state.ts';

/**
 * Takes over what an earlier supervisor has left: containers that still run go on under this one, and of those that
 * ended meanwhile it puts away what they had. Returns how to stop watching.
 */
export const adopt = (context: Context): (() => void) => {
  const exits = new ExitWatch();
  for (const record of Object.values(context.record.containers)) {
    const paths = context.paths.container(record.name);
    const life = readLife(paths.life);
    const pidfd = life && openPidfd(life.pid);
    if (life && pidfd !== undefined && isAlive(life)) {
      const logs = record.definition.tty ? undefined : keepLogs(paths.run, paths.log);
      context.record.containers[record.name] = { ...record, state: 'running', startedAt: life.startedAt };
      const process = orphan(life.pid, pidfd, exits);
      watch(context, record.name, process, { ...(logs ? { logs } : {}), end: () => logs?.end() });
      continue;
    }
    if (pidfd !== undefined) closeSync(pidfd);
    if (record.state === 'running' || life) bury(context, record.name);
  }
  return () => exits.close();
};

/** Nobody saw how it ended. */
const UNKNOWN: Exit = { code: 255, signal: 0 };

const bury = (context: Context, name: string): void => {
  const paths = context.paths.container(name);
  const record = context.record.containers[name]!;
  if (!record.definition.tty) drain(paths.run, paths.log);
  removeCgroups(context.host.cgroups, cgroupOf(context, name));
  rmSync(paths.run, { recursive: true, force: true });
  context.record.containers[name] = {
    ...record,
    state: 'exited',
    exitCode: UNKNOWN.code,
    finishedAt: Date.now(),
  };
  context.save();
};

const drain = (fifos: string, log: string): void => {
  try {
    keepLogs(fifos, log).end();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
};

const orphan = (pid: number, pidfd: number, exits: ExitWatch): Process => ({
  pid,
  exited: new Promise((resolve) => {
    exits.add(pidfd, () => {
      const status = exitStatusOf(pidfd) ?? zombieStatus(pid);
      closeSync(pidfd);
      resolve(status === undefined ? UNKNOWN : { code: (status >> 8) & 0xff, signal: status & 0x7f });
    });
  }),
});

// proc_pid_stat(5), field 52: there while nobody has waited for the process yet.
const zombieStatus = (pid: number): number | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .trim()
      .split(' ');
    return fields[0] === 'Z' ? Number(fields[49]) : undefined;
  } catch {
    return undefined;
  }
};
