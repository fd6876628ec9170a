import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../supervisor/context.ts';
import { hostnameOf } from '../supervisor/names.ts';
import { hostsFile } from './etc-files.ts';

/** Tells every running container of those that have come or gone. */
export const refreshHosts = (context: Context): void => {
  for (const name of context.running.keys()) {
    const container = context.record.containers[name];
    if (!container) continue;
    const path = join(context.paths.container(name).run, 'hosts');
    const hosts = hostsFile(context.record, container, hostnameOf(container));
    if (readFileSync(path, 'utf8') !== hosts) rewrite(path, hosts);
  }
};

// The file is bound into the container by its inode, so it cannot be replaced; and it is never empty, for somebody may
// be looking for a name at this moment.
const rewrite = (path: string, text: string): void => {
  const fd = openSync(path, 'r+');
  writeSync(fd, text, 0);
  ftruncateSync(fd, Buffer.byteLength(text));
  closeSync(fd);
};
