import { OpenLog } from './open-log.ts';

/** The logs that are being read, so that their readers know of files that are about to be removed. */
export type LogReaders = {
  /** Close it at the end. */
  readonly open: (log: string) => OpenLog;
  /** To be called before the files of the `removed` segments are removed. */
  readonly rotated: (log: string, next: number, removed: readonly number[]) => void;
  /** To be called before the files of a log are removed or renamed. */
  readonly detach: (log: string) => void;
};

export const openLogReaders = (): LogReaders => {
  const readers = new Map<string, Set<OpenLog>>();
  const forget = (path: string, log: OpenLog): void => {
    const all = readers.get(path);
    all?.delete(log);
    if (all?.size === 0) readers.delete(path);
  };
  return {
    open: (path) => {
      const log = new OpenLog(path, (closed) => forget(path, closed));
      readers.set(path, (readers.get(path) ?? new Set()).add(log));
      return log;
    },
    rotated: (path, next, removed) => {
      for (const log of readers.get(path) ?? []) log.rotated(next, removed);
    },
    detach: (path) => {
      for (const log of readers.get(path) ?? []) log.detach();
      readers.delete(path);
    },
  };
};
