import { rmSync } from 'node:fs';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { formatBytes } from '../../base/text/bytes.ts';
import type { Context } from '../context/context.ts';
import { leaveNotice } from '../context/notices.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import { logPaths } from './files.ts';
import { isKept, type LogLimits, limitsOf } from './limits.ts';
import type { LogPlace } from './store.ts';

/** The log of a container. Where nothing is to be kept, it is in memory and small, for those who are attached. */
export const logOf = (context: Context, container: ContainerRecord): LogPlace => {
  const { logging } = container.definition;
  const { paths } = context;
  const path = isKept(logging) ? paths.container(container.name).log : `${paths.unkept}/${container.name}`;
  const limits = limitsOf(logging);
  return {
    path,
    limits,
    onRotation: (next, removed) => {
      context.logReaders.rotated(path, next, removed);
      if (isKept(logging)) sayOnce(context, container.service, limits);
    },
  };
};

/** Output that is not to be kept is there until the container is removed, or the supervisor ends. */
export const forgetUnkept = (context: Context, container: ContainerRecord): void => {
  if (isKept(container.definition.logging)) return;
  const { path } = logOf(context, container);
  context.logReaders.detach(path);
  for (const file of logPaths(path)) rmSync(file, { recursive: true, force: true });
};

/** Later rotations of the service are no news, also for later supervisors and containers. */
const sayOnce = ({ record, paths, saveSoon }: Context, service: string, limits: LogLimits): void => {
  if (record.rotated?.includes(service)) return;
  record.rotated = [...(record.rotated ?? []), service];
  saveSoon();
  leaveNotice(paths.notices, firstRotation(service, limits));
};

const firstRotation = (service: string, { maxSize, maxFiles }: LogLimits): Diagnostic => {
  const size = formatBytes(maxSize);
  return {
    severity: 'warning',
    code: 'log-rotated',
    message: `the log of ${service} has reached ${size}: of what it prints, the last ${maxFiles === 1 ? '' : `${maxFiles} × `}${size} are kept`,
    help: `to keep more, set \`max-size\` and \`max-file\` in the options of its \`logging\``,
  };
};
