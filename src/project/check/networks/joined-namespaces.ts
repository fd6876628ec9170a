import type { CanonicalService } from '../../model/canonical.ts';
import { serviceOf } from '../../scalars/references.ts';
import { quote } from '../../tree/wording.ts';
import { type Check, error } from '../checked.ts';

/** Kernel settings that belong to a namespace of the host are not the container's to change. */
export const settingsOfTheHost: Check = ({ canonical, at }) =>
  Object.entries(canonical.services).flatMap(([name, service]) =>
    Object.keys(service.sysctls ?? {}).flatMap((setting) => {
      const key = namespaceOf(setting);
      if (key === undefined || service[key] !== 'host') return [];
      const labels = [{ at: at('services', name, key), text: 'this joins the namespace of the host' }];
      const message = `${quote(setting)} would be changed for the whole machine`;
      return [error('conflicting-keys', message, at('services', name, 'sysctls', setting), { labels })];
    }),
  );

/** The key of the namespace that a setting belongs to. */
function namespaceOf(setting: string): 'uts' | 'ipc' | 'network_mode' | undefined {
  if (setting === 'kernel.domainname') return 'uts';
  if (/^net[./]/.test(setting)) return 'network_mode';
  return /^(kernel|fs)\./.test(setting) ? 'ipc' : undefined;
}

/** As in Docker: an IPC namespace that is `private` or `none` cannot be joined. */
export const joinableNamespaces: Check = ({ canonical, at }) =>
  Object.entries(canonical.services).flatMap(([name, { ipc }]) => {
    const other = serviceOf(ipc);
    const theirs = other === undefined ? undefined : canonical.services[other]?.ipc;
    if (other === undefined || (theirs !== 'private' && theirs !== 'none')) return [];
    const labels = [
      { at: at('services', other, 'ipc'), text: `${other} has an IPC namespace that is not shareable` },
    ];
    const help = `set \`ipc: shareable\` for ${other}`;
    const message = `the IPC namespace of ${quote(other)} cannot be shared`;
    return [error('conflicting-keys', message, at('services', name, 'ipc'), { labels, help })];
  });

/** `shm_size` has no effect without an own /dev/shm. */
export const sizeOfShm: Check = ({ canonical, at, atKey }) =>
  Object.entries(canonical.services).flatMap(([name, service]) => {
    if (service.shm_size === undefined || hasOwnShm(service)) return [];
    return [
      {
        severity: 'warning',
        code: 'conflicting-keys',
        message: `\`shm_size\` has no effect with \`ipc: ${service.ipc}\``,
        at: atKey('services', name, 'shm_size'),
        labels: [{ at: at('services', name, 'ipc'), text: 'this leaves no /dev/shm of its own' }],
        help: 'remove one of the two',
      },
    ];
  });

const hasOwnShm = ({ ipc = '' }: CanonicalService): boolean => ['', 'private', 'shareable'].includes(ipc);
