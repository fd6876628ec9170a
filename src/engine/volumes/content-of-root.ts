import type { Filling } from '../../kernel/copy/fill.ts';
import type { HostRoot } from '../containers/host-root.ts';
import type { ContainerRecord } from '../supervisor/record/project-record.ts';

/** Where the content comes from that a new volume gets at a target. */
export type ContentOf = (target: string) => Pick<Filling, 'root' | 'target'>;

/** The root of a container, or the host where one of the host's trees is mounted there. */
export const contentOf =
  ({ definition: { rootfs } }: ContainerRecord, hostRoot: Pick<HostRoot, 'path' | 'mounts'>): ContentOf =>
  (target) => {
    if (rootfs.kind === 'directory') return { root: rootfs.path, target };
    const isOfHost = hostRoot.mounts.some(({ destination }) => `${target}/`.startsWith(`${destination}/`));
    return { root: isOfHost ? '/' : hostRoot.path, target };
  };
