import { type BigIntStats, statSync } from 'node:fs';
import { oncePerText } from '../../../base/lazy.ts';
import type { Project, Service } from '../../../project/model/project.ts';

/**
 * The project with images in the place of archives that `rootfs` names. The name of such an image tells one state of the
 * file from others, so it is read once. Reads only what stat(2) says.
 */
export const withRootArchives = (project: Project): Project => {
  const nameOf = oncePerText(nameOfArchive);
  const found = Object.values(project.services).flatMap((service): readonly Service[] => {
    const { rootfs } = service;
    const reference = rootfs.kind === 'directory' ? nameOf(rootfs.path) : undefined;
    if (rootfs.kind !== 'directory' || reference === undefined) return [];
    return [
      { ...service, rootfs: { kind: 'wanted-image', reference, policy: 'never', archive: rootfs.path } },
    ];
  });
  if (found.length === 0) return project;
  const services = Object.fromEntries(found.map((service) => [service.name, service]));
  return { ...project, services: { ...project.services, ...services } };
};

/** Undefined for what is no file. */
const nameOfArchive = (path: string): string | undefined => {
  const stat = statOf(path);
  if (!stat?.isFile()) return undefined;
  const state = [path, stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(' ');
  // Loaded here only: few projects have archives.
  const { createHash } = process.getBuiltinModule('node:crypto');
  return `archive.localhost/${createHash('sha256').update(state).digest('hex').slice(0, 32)}:latest`;
};

/** Undefined also for what this user cannot see: a user who can see it is told the fault. */
const statOf = (path: string): BigIntStats | undefined => {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return undefined;
  }
};
