import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { ProcessList } from '../../api/calls/containers.ts';
import { membersOf } from '../cgroups/members.ts';
import type { Context } from '../context/context.ts';
import { cgroupOf } from '../context/identifiers.ts';
import { readIfThere } from '../directories/read-if-there.ts';
import type { ContainerRecord } from '../record/project-record.ts';

/** The processes of a running container in the columns of `ps -ef` on the host, without running it. */
export const processesOf = ({ record, host, running }: Context, container: ContainerRecord): ProcessList => {
  const members = membersOf(host.cgroups, cgroupOf(record.name, container));
  const first = running.get(container.name)?.pid ?? 0;
  const pids = members.length > 0 ? members : withoutCgroups(first, container);
  const machine = machineNow();
  return {
    Titles: ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'],
    Processes: pids.toSorted((a, b) => a - b).flatMap((pid) => rowOf(pid, machine) ?? []),
  };
};

/** Without cgroups, a container is known by its PID namespace, or by its first process if it shares one. */
const withoutCgroups = (first: number, { definition }: ContainerRecord): readonly number[] => {
  if (definition.namespaces?.pid) return [first];
  const own = namespaceOf(first);
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid === first || (pid > 0 && namespaceOf(pid) === own));
};

const namespaceOf = (pid: number): string | undefined => {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    // The process has ended meanwhile.
    return undefined;
  }
};

/** The facts that the columns need besides those of the process. */
export type Machine = {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Seconds since boot, the base of start times. */
  readonly uptime: number;
  /** The content of /etc/passwd. */
  readonly passwd: string;
};

const machineNow = (): Machine => ({
  now: Date.now(),
  uptime: Number(readIfThere('/proc/uptime').split(' ')[0]),
  passwd: readIfThere('/etc/passwd'),
});

const rowOf = (pid: number, machine: Machine): readonly (readonly string[])[] | undefined => {
  try {
    const read = (file: string): string => readFileSync(`/proc/${pid}/${file}`, 'utf8');
    return [processRow({ stat: read('stat'), status: read('status'), cmdline: read('cmdline') }, machine)];
  } catch (error) {
    // The process has ended meanwhile.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
};

export type ProcessFiles = { readonly stat: string; readonly status: string; readonly cmdline: string };

/** One row: proc_pid_stat(5), proc_pid_status(5) and proc_pid_cmdline(5) in the formats of ps(1). */
export const processRow = (
  { stat, status, cmdline }: ProcessFiles,
  { now, uptime, passwd }: Machine,
): readonly string[] => {
  const nameEnd = stat.lastIndexOf(')');
  const name = stat.slice(stat.indexOf('(') + 1, nameEnd);
  const fields = stat.slice(nameEnd + 2).split(' ');
  const [state, parent = '', , , terminal] = fields;
  const busy = (Number(fields[11]) + Number(fields[12])) / TICKS;
  const age = Math.max(0, uptime - Number(fields[19]) / TICKS);
  const uid = /^Uid:\t\d+\t(\d+)/m.exec(status)?.[1] ?? '';
  return [
    userName(uid, passwd),
    stat.slice(0, stat.indexOf(' ')),
    parent,
    String(age < 1 ? 0 : Math.min(99, Math.floor((100 * busy) / age))),
    startText(now - age * 1000, now),
    terminalName(Number(terminal)),
    clockText(Math.floor(busy)),
    commandText(name, cmdline, state === 'Z'),
  ];
};

/** USER_HZ, 100 on both architectures. */
const TICKS = 100;

const userName = (uid: string, passwd: string): string =>
  passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find((entry) => entry[2] === uid)?.[0] ?? uid;

/** The time of a start today, the day of an earlier one, the year of one in another year. */
const startText = (time: number, now: number): string => {
  const [start, today] = [new Date(time), new Date(now)];
  if (start.getFullYear() !== today.getFullYear()) return String(start.getFullYear());
  if (start.toDateString() === today.toDateString())
    return `${two(start.getHours())}:${two(start.getMinutes())}`;
  return `${start.toLocaleString('en', { month: 'short' })}${two(start.getDate())}`;
};

/** devpts has the major numbers from 136 on, 256 terminals each (devices.txt); 4 is that of consoles. */
const terminalName = (device: number): string => {
  const major = (device >> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >> 12) & 0xfff00);
  if (major >= 136 && major <= 143) return `pts/${(major - 136) * 256 + minor}`;
  if (major === 4) return minor < 64 ? `tty${minor}` : `ttyS${minor - 64}`;
  return '?';
};

const clockText = (seconds: number): string => {
  const days = Math.floor(seconds / 86_400);
  const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60]
    .map(two)
    .join(':');
  return days > 0 ? `${days}-${clock}` : clock;
};

/** A process without arguments, such as a zombie, has only its name. */
const commandText = (name: string, cmdline: string, isZombie: boolean): string => {
  const words = cmdline.split('\0');
  if (words.at(-1) === '') words.pop();
  const text = words.length > 0 ? words.join(' ') : `[${name}]`;
  return `${text.replaceAll(/\p{Cc}/gu, '?')}${isZombie ? ' <defunct>' : ''}`;
};

const two = (number: number): string => String(number).padStart(2, '0');
