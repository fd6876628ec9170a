import type { ExecRequest } from '../../api/calls/exec.ts';
import { DEFAULT_PATH } from '../../container/defaults.ts';

/**
 * The environment of an exec process: the container's, then that of the call. As in Docker, an entry without `=`
 * removes the variable.
 */
export const execEnvironment = (
  inherited: readonly string[],
  { Env, Tty }: Pick<ExecRequest, 'Env' | 'Tty'>,
  home: string | undefined,
): readonly string[] => {
  const entries = [
    `PATH=${DEFAULT_PATH}`,
    ...inherited,
    ...(Tty ? ['TERM=xterm'] : []),
    ...(home === undefined ? [] : [`HOME=${home}`]),
    ...(Env ?? []),
  ];
  const variables = new Map<string, string>();
  for (const entry of entries) {
    const [name = ''] = entry.split('=', 1);
    if (entry.includes('=')) variables.set(name, entry);
    else variables.delete(name);
  }
  return [...variables.values()];
};
