import { readLink, readVolumesFrom, serviceOf } from '../scalars/references.ts';
import type { Path } from '../tree/path.ts';

/** Another service that a service uses a part of, and where that is written. */
export type Relation = {
  readonly name: string;
  readonly path: Path;
  /** Whether a new container of the other leaves this one with a part of the old. */
  readonly restart: boolean;
};

/** The services that a service links to, whose namespaces it takes, or whose mounts. */
export function relationsOf(service: Readonly<Record<string, unknown>>): Relation[] {
  const links = textsOf(service.links).flatMap((text, index) => {
    const link = readLink(text);
    return 'flaw' in link ? [] : [{ name: link.value.service, path: ['links', index], restart: true }];
  });
  const namespaces = ['network_mode', 'ipc', 'pid'].flatMap((key) => {
    const name = serviceOf(service[key]);
    return name === undefined ? [] : [{ name, path: [key], restart: true }];
  });
  const mounts = textsOf(service.volumes_from).flatMap((text, index) => {
    const from = readVolumesFrom(text);
    if ('flaw' in from || from.value.kind !== 'service') return [];
    return [{ name: from.value.name, path: ['volumes_from', index], restart: false }];
  });
  return [...links, ...namespaces, ...mounts];
}

function textsOf(list: unknown): string[] {
  return Array.isArray(list) ? list.map(String) : [];
}
