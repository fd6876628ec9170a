import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from './context.ts';
import { hostsFile } from './etc.ts';
import { hostnameOf } from './names.ts';

/** Tells every running container of those that have come or gone. */
export const refreshHosts = (context: Context): void => {
  for (const name of context.running.keys()) {
    const container = context.record.containers[name];
    if (!container) continue;
    const path = join(context.paths.container(name).run, 'hosts');
    const hosts = hostsFile(context.record, container, hostnameOf(container));
    // The file is bound into the container by its inode, so it is rewritten and never replaced.
    if (readFileSync(path, 'utf8') !== hosts) writeFileSync(path, hosts);
  }
};
