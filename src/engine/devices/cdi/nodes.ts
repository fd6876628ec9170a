import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { MappedDevice } from '../../../container/facts.ts';
import type { OciUser } from '../../../container/oci.ts';
import { invalid } from '../invalid.ts';
import { nodeAt } from '../nodes.ts';
import type { SpecifiedNode } from './specification.ts';

/** A node as the specification describes it, completed by the node of the host; undefined if that is missing. */
export const nodeOf = (node: SpecifiedNode, user: Pick<OciUser, 'uid' | 'gid'>): MappedDevice | undefined => {
  const written = typeOf(node);
  const own = written !== undefined && node.major ? node : nodeAt(node.hostPath ?? node.path, node.path);
  const type = written ?? (own?.type as MappedDevice['type'] | undefined);
  if (!own || !type) return undefined;
  return {
    path: node.path,
    type,
    major: node.major || (own.major ?? 0),
    minor: node.major ? (node.minor ?? 0) : (own.minor ?? 0),
    fileMode: (node.fileMode ?? 0o666) & 0o7777,
    uid: node.uid ?? user.uid,
    gid: node.gid ?? user.gid,
    permissions: node.permissions || 'rwm',
  };
};

/** `u` is an unbuffered character device, which is the same on Linux. */
const typeOf = ({ type }: SpecifiedNode): MappedDevice['type'] | undefined =>
  type === 'b' ? 'b' : type === 'c' || type === 'u' ? 'c' : undefined;

export const nodeProblems = (node: SpecifiedNode): readonly Diagnostic[] => {
  const path = node.hostPath ?? node.path;
  if (node.type === 'p')
    return invalid(
      `the specification of a device has a named pipe, \`${node.path}\`, which is not supported`,
      'share the pipe with `volumes`',
    );
  const type = typeOf(node);
  if (type && node.major) return [];
  const found = nodeAt(path, path);
  if (!found)
    return invalid(
      `there is no device \`${path}\`, which a specification names`,
      'load its driver, or have the tools of its vendor write the specification anew',
    );
  return type === undefined || type === found.type
    ? []
    : invalid(
        `\`${path}\` is of another type than its specification says`,
        'have the tools of its vendor write the specification anew',
      );
};
