import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** The inode of a namespace of a process, as `pid:[4026531836]`. */
export const namespaceOf = (pid: number | 'self', kind: string): string =>
  readlinkSync(`/proc/${pid}/ns/${kind}`);

/** A field of /proc/PID/status. */
export const statusOf = (text: string, field: string): string =>
  new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(text)?.[1]?.trim() ?? '';

export const hostStatus = (pid: number | 'self', field: string): string =>
  statusOf(readFileSync(`/proc/${pid}/status`, 'utf8'), field);

/** Whether a process is there that has not ended; a zombie has. */
export const isAlive = (pid: number): boolean =>
  /^State:\s*[^ZX\s]/m.test(readIfThere(`/proc/${pid}/status`));

/** Of a process or an interface that may be gone meanwhile: then there is nothing to read. */
export const readIfThere = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** An address of loopback that nobody else has; its ports are free where no program has those of all addresses. */
export const freeAddress = (): string => `127.${randomInt(128, 255)}.${randomInt(256)}.${randomInt(1, 255)}`;

/** A file of a container's cgroup, in the hierarchy that has it. */
export const cgroupPath = (pid: number, controller: string, file: string): string => {
  const lines = readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim().split('\n');
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').trim().split('\n');
  const v1 = lines.find((line) => line.split(':')[1]?.split(',').includes(controller));
  const path = (v1 ?? lines.find((line) => line.startsWith('0::'))!).split(':').slice(2).join(':');
  const mount = mounts
    .map((line) => line.split(' - '))
    .find(([, after = '']) => {
      const [type, , options = ''] = after.split(' ');
      return v1 ? type === 'cgroup' && options.split(',').includes(controller) : type === 'cgroup2';
    });
  return join(mount![0]!.split(' ')[4]!, path, file);
};

export const cgroupFile = (pid: number, controller: string, file: string): string => {
  const path = cgroupPath(pid, controller, file);
  const text = readFileSync(path, 'utf8').trim();
  cgroupReads.push(`${path}: ${text.replaceAll('\n', ', ')}`);
  return text;
};

/** The reads of tests. */
export const cgroupReads: string[] = [];

/** Whether limits are set through the files of cgroup version 2. */
export const isUnified = (): boolean => readdirSync('/sys/fs/cgroup').includes('cgroup.controllers');
