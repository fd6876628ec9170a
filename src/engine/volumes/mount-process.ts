import { writeSync } from 'node:fs';
import { execute } from '../../kernel/launch/execute.ts';
import { type Call, call } from '../../kernel/program/program.ts';

/** The call that failed, by its index; undefined if all succeeded. */
export type MountReport = { readonly failed?: { readonly index: number; readonly errno: number } };

/** The hidden command `mount`: makes the calls, and after a failure unmounts what is mounted at `data`. */
export const mountAndReport = ([data = '', calls = '[]']: readonly string[]): number => {
  const report = mountAll(data, JSON.parse(calls) as readonly Call[]);
  writeSync(STDOUT, JSON.stringify(report));
  return report.failed ? 1 : 0;
};

const mountAll = (data: string, calls: readonly Call[]): MountReport => {
  for (const [index, each] of calls.entries()) {
    const result = execute(each);
    if (result >= 0) continue;
    if (index > 0) unmountAll(data);
    return { failed: { index, errno: -result } };
  }
  return {};
};

/** Unmounts whatever is mounted at a path; a file system that is still in use ends with its last user. */
export const unmountAll = (path: string): void => {
  while (execute(call('umount2', path, 'MNT_DETACH')) >= 0);
};

const STDOUT = 1;
