import { closeSync } from 'node:fs';
import { ETC_FILES } from '../../container/root/etc.ts';
import { complain } from '../supervisor/complain.ts';
import type { ProjectRecord } from '../supervisor/record/project-record.ts';
import type { EtcFile } from './etc-file-descriptor.ts';
import { hostsFile } from './etc-files.ts';
import { type HostLines, hostLines } from './host-lines.ts';
import { rewriteFile } from './rewrite-file.ts';

/** The /etc/hosts of the running containers, updated when containers on their networks start or end. */
export type HostsFiles = {
  readonly lines: HostLines;
  /** Adds a started container, with the current lines of its file and a descriptor of it, which `ended` closes. */
  readonly began: (container: string, lines: string, descriptor: number) => void;
  readonly ended: (container: string) => void;
  /** Rewrites the outdated files, some in each turn of the event loop; resolves when all are up to date. */
  readonly refresh: () => Promise<void>;
};

/** `open` opens a file of /etc of a running container for writing; an earlier supervisor may have started it. */
export const openHostsFiles = (
  project: Pick<ProjectRecord, 'containers'>,
  running: ReadonlyMap<string, unknown>,
  open: (container: string, file: EtcFile) => number,
): HostsFiles => {
  const lines = hostLines(project);
  const written = new Map<string, string>();
  const descriptors = new Map<string, number>();
  let isStale = false;
  let refreshing: Promise<void> | undefined;

  const writeAll = async (): Promise<void> => {
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
      bytes += rewrite(name, hostsFile(container, text));
      written.set(name, text);
      if (bytes < BYTES_PER_TURN) continue;
      bytes = 0;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  const rewrite = (name: string, text: string): number => {
    try {
      const descriptor = descriptors.get(name) ?? open(name, 'hosts');
      descriptors.set(name, descriptor);
      return rewriteFile(descriptor, text, (each) => {
        for (const file of NEIGHBORS) withOpen(() => open(name, file), each);
      });
    } catch (error) {
      // The container keeps the old file: only a container with more than the default privileges can prevent the write.
      complain(`/etc/hosts of ${name} could not be brought up to date: ${(error as Error).message}`);
      return 0;
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
    began: (container, text, descriptor) => {
      written.set(container, text);
      descriptors.set(container, descriptor);
    },
    ended: (container) => {
      const descriptor = descriptors.get(container);
      if (descriptor !== undefined) closeSync(descriptor);
      descriptors.delete(container);
      written.delete(container);
    },
    refresh: () => {
      isStale = true;
      refreshing ??= untilFresh().finally(() => {
        refreshing = undefined;
      });
      return refreshing;
    },
  };
};

/** Files that are out of reach stay as they are. */
const withOpen = (open: () => number, use: (fd: number) => void): void => {
  try {
    const fd = open();
    try {
      use(fd);
    } finally {
      closeSync(fd);
    }
  } catch {}
};

const NEIGHBORS = ETC_FILES.filter((file) => file !== 'hosts');

/** A few milliseconds of work. */
const BYTES_PER_TURN = 1 << 18;
