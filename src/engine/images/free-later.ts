import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { emptyTrash } from '../../images/store/collect.ts';
import { type Store, storeIn } from '../../images/store/store.ts';

/** Starts a process that frees what was removed from the store, and outlives this one; false if it cannot be started. */
export const freeLater = ({ directory }: Store): boolean => {
  const child = spawn('/proc/self/exe', ['--', process.argv[1]!, 'free', dirname(directory)], {
    detached: true,
    stdio: 'ignore',
    env: {},
    cwd: '/',
    argv0: 'tscompose',
  });
  // Without a PID the reason comes as an event.
  child.once('error', () => {});
  child.unref();
  return child.pid !== undefined;
};

/** The hidden command `free`, with the state directory. */
export const free = async ([state]: readonly string[]): Promise<number> => {
  await emptyTrash(storeIn(state!));
  return 0;
};
