import { existsSync, type FSWatcher, watch } from 'node:fs';
import { makeDirectories } from '../../kernel/make-directories.ts';
import { complain } from '../context/complain.ts';
import type { Context } from '../context/context.ts';
import { lifeOf, writeLife } from '../record/life.ts';
import { markBoot } from './boot.ts';

/**
 * Creates the run directory of a project again after it was removed under a running supervisor. Without socket and lock
 * a second supervisor would start. `claim` takes the lock again and opens the socket; it is false when another
 * supervisor holds the lock. Returns a function that stops the watch.
 */
export const keepRunDirectory = (context: Context, claim: () => boolean): (() => void) => {
  const { paths, record, running } = context;
  let watcher: FSWatcher | undefined;
  let pause: NodeJS.Timeout | undefined;
  const look = (): void => {
    clearTimeout(pause);
    // A recursive removal deletes one entry after the other.
    pause = setTimeout(restore, PAUSE);
  };
  const begin = (): void => {
    watcher = watch(paths.run, { persistent: false }, look);
    watcher.on('error', look);
  };
  const restore = (): void => {
    if (existsSync(paths.socket)) return;
    watcher?.close();
    complain(`${paths.run} was removed, and is made again`);
    // The containers continue; the other supervisor has found them by their cgroups.
    if (!claim()) process.exit(0);
    for (const path of [paths.mountPoint, paths.containers]) makeDirectories(path);
    markBoot(paths);
    for (const [name, { pid }] of running) {
      const life = lifeOf(pid, record.containers[name]?.startedAt);
      if (life) writeLife(paths.container(name).life, life);
    }
    begin();
  };
  begin();
  return () => {
    clearTimeout(pause);
    watcher?.close();
  };
};

/** Milliseconds. */
const PAUSE = 50;
