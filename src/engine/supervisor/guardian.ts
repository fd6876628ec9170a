import { closeSync, existsSync, fstatSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { monotonic } from '../../base/node/monotonic.ts';
import { elf } from '../../kernel/direct/elf.ts';
import { closeOnExec } from '../../kernel/ffi/descriptors.ts';
import { openPidfd } from '../../kernel/ffi/process.ts';
import type { Readiness } from '../../kernel/ffi/readiness.ts';
import { guardianCode } from '../../kernel/guardian/code.ts';
import { shownWords } from '../../kernel/guardian/command-line.ts';
import { PAIR } from '../../kernel/guardian/layout.ts';
import { childProcess, processOf } from '../../kernel/launch/child.ts';
import { spawnProgram } from '../../kernel/native/spawn-program.ts';
import { ARCHITECTURE } from '../../kernel/program/architecture.ts';
import type { Process } from '../../kernel/program/runner.ts';
import { complain } from '../context/complain.ts';
import type { ProjectPaths } from '../directories/project-paths.ts';
import { readIfThere } from '../directories/read-if-there.ts';
import type { Pair } from '../logs/parking.ts';
import { ownVariables } from './own-variables.ts';
import { guardianOf, type Limit, shippedGuardian } from './supervisor-command.ts';

/** The process that starts this one anew when it is killed. */
export type Guardian = {
  /** Writes down its PID again, for other supervisors. */
  readonly note: () => void;
  /** This supervisor ends in order. */
  readonly leave: () => void;
};

/**
 * Sees to it that this supervisor has a guardian: as a rule its parent, which is the subreaper of its containers. When
 * that is killed, or there is none, a child takes the place that is told by the kernel when this process ends. It can
 * start the next supervisor, and is the subreaper of what that one starts, but earlier containers go to the init process
 * of the machine: only Linux 6.15 tells how those end then. `pair` is for the guardian to hold.
 */
export const keepGuardian = (
  paths: ProjectPaths,
  limit: Limit,
  readiness: Readiness,
  pair: Pair,
): Guardian => {
  let current: { readonly process: Process; readonly isChild: boolean } | undefined;
  let hasLeft = false;
  let shortLives = 0;
  const note = (): void => {
    try {
      if (current) writeFileSync(paths.guardian, `${current.process.pid}\n`, { mode: 0o600 });
    } catch (error) {
      // Full: others may start a supervisor beside that of the guardian, and one of them gets the lock.
      complain((error as Error).message);
    }
  };
  const keep = (process: Process, isChild: boolean): void => {
    const begin = monotonic();
    current = { process, isChild };
    note();
    void process.exited.then(() => {
      current = undefined;
      if (hasLeft) return;
      complain('the guardian of this supervisor was killed');
      rmSync(paths.guardian, { force: true });
      shortLives = monotonic() - begin < SHORTEST_LIFE ? shortLives + 1 : 0;
      const delay = DELAYS[shortLives];
      if (delay === undefined) complain('it has no guardian any more');
      else setTimeout(start, delay).unref();
    });
  };
  const start = (): void => {
    if (hasLeft) return;
    try {
      keep(childProcess(spawnGuardian(paths, limit, pair), readiness), true);
    } catch (error) {
      complain(`no guardian can be started: ${(error as Error).message}`);
    }
  };
  const parent = guardianAbove(paths.project, readiness);
  if (parent) keep(parent, false);
  else start();
  return {
    note,
    leave: () => {
      hasLeft = true;
      // A parent sees how this process ends.
      if (current?.isChild) current.process.signal(constants.signals.SIGKILL);
    },
  };
};

/** Milliseconds. A guardian that ends earlier may have been ended by what ended those before. */
const SHORTEST_LIFE = 1000;

/** Milliseconds until the next one is started, by how many in a row ended early. */
const DELAYS = [0, 0, 100, 400, 1600];

/**
 * The pair of sockets that the guardian of this process has passed on, if there is one; no other process gets it from this
 * one but guardians. One of an earlier version has none.
 */
export const inheritedPair = (project: string | undefined): Pair | undefined => {
  if (project === undefined || !isGuardian(process.ppid, project) || !PAIR.every(isSocket)) return undefined;
  PAIR.forEach(closeOnExec);
  return PAIR;
};

const isSocket = (fd: number): boolean => {
  try {
    return fstatSync(fd).isSocket();
  } catch {
    return false;
  }
};

/** The PID of the guardian of a supervisor other than this process; undefined if there is none. */
export const guardianElsewhere = ({ guardian, project }: ProjectPaths): number | undefined => {
  const pid = Number(readIfThere(guardian));
  return pid > 1 && pid !== process.ppid && isGuardian(pid, project) ? pid : undefined;
};

const guardianAbove = (project: string, readiness: Readiness): Process | undefined => {
  const pid = process.ppid;
  if (!isGuardian(pid, project)) return undefined;
  const pidfd = openPidfd(pid);
  if (pidfd === undefined) return undefined;
  if (process.ppid === pid) return processOf(pid, pidfd, readiness, () => ({ code: 0, signal: 0 }));
  closeSync(pidfd);
  return undefined;
};

// The others of its words are zeros.
const isGuardian = (pid: number, project: string): boolean =>
  readIfThere(`/proc/${pid}/cmdline`).startsWith(`${shownWords(project).join('\0')}\0`);

/** That of the package, which is sooner read than made. */
const guardianFile = (): Buffer => {
  const shipped = shippedGuardian();
  return existsSync(shipped) ? readFileSync(shipped) : elf(guardianCode(ARCHITECTURE), ARCHITECTURE);
};

const spawnGuardian = (paths: ProjectPaths, limit: Limit, pair: Pair): number => {
  const [own, nothing] = [openPidfd(process.pid), openSync('/dev/null', 'r+')];
  if (own === undefined) throw new Error('this process has no pidfd');
  try {
    return spawnProgram(
      { name: 'tscompose-guardian', file: guardianFile(), path: paths.guardianProgram },
      [nothing, nothing, nothing, ...pair, own],
      {
        arguments: guardianOf(paths, limit, 'watch'),
        environment: Object.entries(ownVariables(process.env)).map(([name, value]) => `${name}=${value}`),
      },
    );
  } finally {
    for (const fd of [own, nothing]) closeSync(fd);
  }
};
