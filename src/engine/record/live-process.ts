import type { Cgroup } from '../../container/cgroups/hierarchies.ts';
import type { CgroupLayout } from '../../kernel/cgroup.ts';
import { isMember, membersOf } from '../cgroups/members.ts';
import { readIfThere } from '../directories/read-if-there.ts';
import { isAlive, type Life, lifeOf, readLife } from './life.ts';

/**
 * The running PID 1 of a container. The life file names it and its cgroup confirms it; if the file is missing or
 * damaged, the process is found by its cgroup alone.
 */
export const liveProcess = (layout: CgroupLayout, cgroup: Cgroup, lifeFile: string): Life | undefined => {
  const life = readLife(lifeFile);
  if (life) return isAlive(life) && isMember(layout, cgroup, life.pid) ? life : undefined;
  const eldestFirst = membersOf(layout, cgroup)
    .flatMap((pid) => lifeOf(pid) ?? [])
    .toSorted((one, other) => Number(one.startTime) - Number(other.startTime));
  const found = eldestFirst.find(({ pid }) => isFirstInside(pid)) ?? eldestFirst[0];
  return found && { ...found, startedAt: timeOf(found) };
};

// proc_pid_status(5): the PID in each PID namespace, the innermost last; several if the container has its own.
const isFirstInside = (pid: number): boolean => /^NSpid:.*\t1$/m.test(readIfThere(`/proc/${pid}/status`));

// proc_uptime(5): seconds since boot, the base of start times.
const timeOf = ({ startTime }: Life): number => {
  const uptime = Number(readIfThere('/proc/uptime').split(' ')[0]);
  return Math.round(Date.now() - (uptime - Number(startTime) / TICKS) * 1000);
};

/** USER_HZ, 100 on both architectures. */
const TICKS = 100;
