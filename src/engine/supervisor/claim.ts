import { closeSync, type FSWatcher, watch } from 'node:fs';
import { connect } from 'node:net';
import { constants } from 'node:os';
import { openPidfd, sendSignal } from '../../kernel/ffi/process.ts';
import { Readiness } from '../../kernel/ffi/readiness.ts';
import { lockProject } from '../directories/lock.ts';
import type { ProjectPaths } from '../directories/project-paths.ts';
import { guardianElsewhere } from './guardian.ts';
import { lockHolders } from './lock-holder.ts';

/**
 * The descriptor of the project's lock, or undefined as soon as another supervisor listens. One that ends before it
 * listens, because it was killed or has nothing to do, is succeeded. Where it has a guardian, that one's next supervisor
 * comes first, because the guardian knows how containers have ended meanwhile.
 */
export const claimProject = async (paths: ProjectPaths): Promise<number | undefined> => {
  for (;;) {
    const guardian = guardianElsewhere(paths);
    const lock = guardian === undefined ? lockProject(paths) : undefined;
    if (lock !== undefined) return lock;
    if (await listensBeforeItEnds(paths, guardian)) return undefined;
  }
};

const listensBeforeItEnds = (paths: ProjectPaths, guardian: number | undefined): Promise<boolean> => {
  const readiness = new Readiness();
  const others = guardian === undefined ? lockHolders(paths) : [guardian];
  const holders = others.flatMap((pid) => openPidfd(pid) ?? []);
  let watcher: FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;
  return new Promise<boolean>((resolve) => {
    const listens = (): void => {
      const probe = connect(paths.socket);
      probe.once('error', () => {});
      probe.once('connect', () => {
        probe.destroy();
        resolve(true);
      });
    };
    const ended = (): void => resolve(false);
    try {
      watcher = watch(paths.run, listens).on('error', ended);
    } catch {
      // The other one has removed the directory.
      return ended();
    }
    listens();
    for (const pidfd of holders) readiness.watch(pidfd, ended);
    // The lock is free again, or its holder is in a PID namespace that is not visible here.
    if (holders.length === 0) setTimeout(ended, PAUSE);
    if (guardian !== undefined) timer = setTimeout(() => holders.forEach(kill), LONGEST_PAUSE);
  }).finally(() => {
    clearTimeout(timer);
    watcher?.close();
    readiness.close();
    for (const pidfd of holders) closeSync(pidfd);
  });
};

const kill = (pidfd: number): void => void sendSignal(pidfd, constants.signals.SIGKILL);

/** Milliseconds. */
const PAUSE = 20;

/** Milliseconds. A guardian that starts no supervisor for longer than its longest pause, and a start, is stopped. */
const LONGEST_PAUSE = 15_000;
