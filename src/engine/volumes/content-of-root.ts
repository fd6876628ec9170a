import type { Filling } from '../../kernel/copy/fill.ts';
import type { HostRoot } from '../facts/host-root.ts';
import { rootDirectory } from '../images/root-directory.ts';
import type { ContainerRecord } from '../record/project-record.ts';

/** Where the content comes from that a new volume gets at a target. */
export type ContentOf = (target: string) => Pick<Filling, 'root' | 'target'>;

/** The root of a container, or the tree of the host that is mounted there. */
export const contentOfRoot =
  ({ definition }: ContainerRecord, hostRoot: Pick<HostRoot, 'path' | 'mounts'>): ContentOf =>
  (target) => {
    if (definition.rootfs.kind !== 'host') return { root: rootDirectory(definition), target };
    const tree = hostRoot.mounts.find(({ destination }) => `${target}/`.startsWith(`${destination}/`));
    // Links within the tree may lead to a directory of the host that the container does not see, such as in its /etc.
    return tree
      ? { root: tree.source, target: target.slice(tree.destination.length) || '/' }
      : { root: hostRoot.path, target };
  };
