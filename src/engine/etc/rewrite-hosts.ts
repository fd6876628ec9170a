import { closeSync } from 'node:fs';
import { ETC_FILES } from '../../container/root/etc.ts';
import { complain } from '../context/complain.ts';
import type { Context } from '../context/context.ts';
import { networkHolder } from '../namespaces/shared-namespaces.ts';
import { type EtcFile, openEtcFile } from './etc-file-descriptor.ts';
import { hostsFile } from './etc-files.ts';
import { rewriteFile } from './rewrite-file.ts';

/** Writes the new addresses of a running container into its /etc/hosts. */
export const rewriteHosts = (context: Pick<Context, 'paths' | 'record' | 'running'>, name: string): void => {
  const running = context.running.get(name);
  const container = context.record.containers[name];
  if (!running || !container) return;
  const holder = networkHolder(context.record, container) ?? container;
  const use = <Result>(file: EtcFile, act: (fd: number) => Result): Result => {
    const fd = openEtcFile(context.paths.container(name), running.pid, file);
    try {
      return act(fd);
    } finally {
      closeSync(fd);
    }
  };
  const forNeighbors = (each: (fd: number) => void): void => {
    for (const file of ETC_FILES.filter((one) => one !== 'hosts'))
      try {
        use(file, each);
      } catch {
        // A file that is out of reach stays as it is.
      }
  };
  try {
    use('hosts', (fd) => rewriteFile(fd, hostsFile(holder, context.record.networks), forNeighbors));
  } catch (error) {
    // The container keeps the old file: only a container with more than the default privileges can prevent the write.
    complain(`/etc/hosts of ${name} could not be brought up to date: ${(error as Error).message}`);
  }
};
