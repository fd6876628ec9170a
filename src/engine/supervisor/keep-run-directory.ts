import { existsSync, type FSWatcher, mkdirSync, watch } from 'node:fs';
import { complain } from './complain.ts';
import type { Context } from './context.ts';
import { lifeOf, writeLife } from './record/life.ts';

/**
 * Makes the run directory of a project again when somebody has removed it under its supervisor; without its socket and
 * its lock another supervisor would begin beside this one. `claim` takes the lock anew and opens the socket; it is false
 * when another supervisor was quicker. Returns how to stop.
 */
export const keepRunDirectory = (context: Context, claim: () => boolean): (() => void) => {
  const { paths, record, running } = context;
  let watcher: FSWatcher | undefined;
  let pause: NodeJS.Timeout | undefined;
  const look = (): void => {
    clearTimeout(pause);
    // Who removes it removes one after the other.
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
    // Containers go on; the other one has found them by their cgroups.
    if (!claim()) process.exit(0);
    for (const path of [paths.mountPoint, paths.containers])
      mkdirSync(path, { recursive: true, mode: 0o700 });
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
