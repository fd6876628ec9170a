import type { Cgroup } from '../../container/cgroups/cgroups.ts';
import type { CgroupLayout } from '../../kernel/cgroup.ts';
import { isMember, membersOf } from '../cgroups/members.ts';
import { readIfThere } from '../supervisor/read-if-there.ts';
import { isAlive, type Life, lifeOf, readLife } from '../supervisor/record/life.ts';

/**
 * The process that is a container's PID 1, if it runs. Its life file names it, and its cgroup proves it; where the file
 * is gone or damaged, the cgroup alone tells which process it is.
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

// proc_pid_status(5): the PID in each PID namespace, the innermost last; several where the container has its own.
const isFirstInside = (pid: number): boolean => /^NSpid:.*\t1$/m.test(readIfThere(`/proc/${pid}/status`));

// proc_uptime(5): seconds since the boot, from which start times are counted.
const timeOf = ({ startTime }: Life): number => {
  const uptime = Number(readIfThere('/proc/uptime').split(' ')[0]);
  return Math.round(Date.now() - (uptime - Number(startTime) / TICKS) * 1000);
};

/** USER_HZ, 100 on both architectures. */
const TICKS = 100;
