import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { complain } from '../supervisor/complain.ts';
import type { ProjectRecord } from '../supervisor/record/project-record.ts';
import { hostsFile } from './etc-files.ts';
import { type HostLines, hostLines } from './host-lines.ts';

/** The /etc/hosts of the running containers, updated when containers on their networks start or end. */
export type HostsFiles = {
  readonly lines: HostLines;
  /** Adds a started container, with the current lines of its file. */
  readonly began: (container: string, lines: string) => void;
  /** Rewrites the outdated files, some in each turn of the event loop; resolves when all are up to date. */
  readonly refresh: () => Promise<void>;
};

export const openHostsFiles = (
  project: Pick<ProjectRecord, 'containers'>,
  running: ReadonlyMap<string, unknown>,
  fileOf: (container: string) => string,
): HostsFiles => {
  const lines = hostLines(project);
  const written = new Map<string, string>();
  let isStale = false;
  let refreshing: Promise<void> | undefined;

  const writeAll = async (): Promise<void> => {
    for (const name of written.keys()) if (!running.has(name)) written.delete(name);
    let bytes = 0;
    // Containers on the same networks share their lines; a start or an end between two turns invalidates them.
    const current = new Map<string, string>();
    for (const name of [...running.keys()]) {
      const container = project.containers[name];
      if (!container || !running.has(name)) continue;
      const networks = Object.keys(container.addresses);
      const key = networks.join('\0');
      const text = current.get(key) ?? lines(networks);
      current.set(key, text);
      if (written.get(name) === text) continue;
      bytes += rewrite(fileOf(name), hostsFile(container, text));
      written.set(name, text);
      if (bytes < BYTES_PER_TURN) continue;
      bytes = 0;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  const untilFresh = async (): Promise<void> => {
    while (isStale) {
      isStale = false;
      await writeAll();
    }
  };

  return {
    lines,
    began: (container, text) => void written.set(container, text),
    refresh: () => {
      isStale = true;
      refreshing ??= untilFresh().finally(() => {
        refreshing = undefined;
      });
      return refreshing;
    },
  };
};

// The file is bind-mounted by its inode, so it cannot be replaced; and it is never empty, because a name lookup may
// happen at any moment.
const rewrite = (path: string, text: string): number => {
  try {
    const fd = openSync(path, 'r+');
    try {
      const length = writeSync(fd, text, 0);
      ftruncateSync(fd, length);
      return length;
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    // The run directory was removed, or is full; the container keeps the old file.
    if (!['ENOENT', 'ENOSPC'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    complain(`${path} could not be brought up to date: ${(error as Error).message}`);
    return 0;
  }
};

/** A few milliseconds of work. */
const BYTES_PER_TURN = 1 << 18;
