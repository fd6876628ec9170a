import { rmSync } from 'node:fs';
import { removeCgroups } from '../cgroups/live-cgroups.ts';
import type { Context } from '../context/context.ts';
import { cgroupOf } from '../context/identifiers.ts';
import { logPaths } from '../logs/files.ts';
import { forgetUnkept } from '../logs/log-of.ts';
import { leaveNetworks } from '../networks/machine/leave.ts';

/**
 * Removes a stopped container: its layer, its log, its record; layer and log stay if the project's record is damaged.
 * Its name and addresses are free at once. Resolves when its files are deleted, or could not be: the trash reports
 * those.
 */
export const removeContainer = (context: Context, name: string): Promise<void> => {
  const paths = context.paths.container(name);
  void context.restarts.cancel(name);
  // An interrupted start has left its cgroups.
  const record = context.record.containers[name];
  if (record) {
    removeCgroups(context.host.cgroups, cgroupOf(context.record.name, record));
    if (record.definition.grants) context.grants.remove(record.id);
    forgetUnkept(context, record);
  }
  rmSync(paths.run, { recursive: true, force: true });
  const kept = context.damage !== undefined;
  context.logReaders.detach(paths.log);
  const deleted = context.trash.discard(kept ? [] : [paths.layer, ...logPaths(paths.log)]);
  delete context.record.containers[name];
  if (record) leaveNetworks(context, record);
  context.saveSoon();
  context.emit({ type: 'container.removed', container: name });
  return deleted;
};
