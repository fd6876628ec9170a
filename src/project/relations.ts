import { parsedValue } from './scalars/flaw.ts';
import { readLink, readVolumesFrom, serviceOf } from './scalars/references.ts';

type Relations = {
  readonly links?: unknown;
  readonly network_mode?: unknown;
  readonly ipc?: unknown;
  readonly pid?: unknown;
  readonly volumes_from?: unknown;
};

/** The services that a service links to, or whose namespaces it takes. */
export function impliedServices({ links, network_mode, ipc, pid }: Relations): string[] {
  const linked = textsOf(links).map((link) => parsedValue(readLink(link)).service);
  return [...linked, ...[network_mode, ipc, pid].flatMap((mode) => serviceOf(mode) ?? [])];
}

/** The services whose mounts a service takes over. */
export function mountSources({ volumes_from }: Relations): string[] {
  return textsOf(volumes_from)
    .map((source) => parsedValue(readVolumesFrom(source)))
    .flatMap(({ kind, name }) => (kind === 'service' ? [name] : []));
}

function textsOf(list: unknown): string[] {
  return Array.isArray(list) ? list.map(String) : [];
}
