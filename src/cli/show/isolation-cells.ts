import type { Facet, Isolation } from '../../engine/doors/isolation.ts';

/** The short text of one kind of facts: a cell of the table of `isolation`, a line of `explain`. */
export function cellOf(facet: Facet, facts: Isolation): string {
  return CELLS[facet](facts);
}

const CELLS: Readonly<Record<Facet, (facts: Isolation) => string>> = {
  namespaces: ({ namespaces }) => namespacesCell(namespaces),
  capabilities: ({ process: { capabilities } }) => capabilitiesCell(capabilities),
  seccomp: ({ process: { filters } }) =>
    filters === 0 ? 'none' : filters === 1 ? 'filter' : `${filters} filters`,
  devices: ({ devices }) => devicesCell(devices),
  user: ({ process: { user } }) => userCell(user),
  mounts: ({ hostMounts }) => mountsCell(hostMounts),
};

/** `own`, or the others' by owner: `pid, ipc of host; network of app-db-1`. */
function namespacesCell(namespaces: Isolation['namespaces']): string {
  const types = new Map<string, string[]>();
  for (const [type, owner] of Object.entries(namespaces)) {
    if (owner.kind === 'own') continue;
    const name = owner.kind === 'host' ? 'host' : `with ${owner.with.join(' ')}`;
    types.set(name, [...(types.get(name) ?? []), type]);
  }
  return [...types].map(([name, list]) => `${list.join(', ')} ${name}`).join('; ') || 'own';
}

function capabilitiesCell({ held, extra, dropped }: Isolation['process']['capabilities']): string {
  const defaults = held.length - extra.length;
  const base = dropped.length === 0 ? 'default' : defaults === 0 ? '' : `${defaults} default`;
  const added = shortList(extra.map((name) => name.replace('CAP_', '')));
  return `${base} ${added}`.trim() || 'none';
}

function devicesCell({ access, beyond }: Isolation['devices']): string {
  return access === 'some' ? `default ${shortList(beyond.map(({ name }) => name))}` : access;
}

function userCell({ uid, gid, hostUid, hostGid }: Isolation['process']['user']): string {
  const inside = gid === uid ? `${uid}` : `${uid}:${gid}`;
  if (hostUid === uid && hostGid === gid) return inside;
  return `${inside} → ${hostGid === hostUid ? hostUid : `${hostUid}:${hostGid}`}`;
}

function mountsCell(mounts: Isolation['hostMounts']): string {
  const writable = mounts.filter(({ isWritable }) => isWritable).length;
  const counts = [
    ...(writable > 0 ? [`${writable} rw`] : []),
    ...(mounts.length > writable ? [`${mounts.length - writable} ro`] : []),
  ];
  return counts.join(', ') || 'none';
}

/** `+NET_ADMIN +SYS_TIME`, or `+26`. */
function shortList(names: readonly string[]): string {
  return names.length > 3 ? `+${names.length}` : names.map((name) => `+${name}`).join(' ');
}
