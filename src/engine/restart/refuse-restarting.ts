import { Problem } from '../../base/diagnostic.ts';
import { isRestarting } from '../../base/status.ts';
import type { Context } from '../context/context.ts';

/** Throws the Problem of Docker if a container waits for its restart. */
export const refuseRestarting = ({ record }: Pick<Context, 'record'>, name: string): void => {
  const container = record.containers[name];
  if (!container || !isRestarting(container.state)) return;
  const message = `container ${name} is restarting, wait until the container is running`;
  throw new Problem({ severity: 'error', code: 'not-running', message });
};
