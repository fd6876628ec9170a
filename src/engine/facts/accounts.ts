import { oncePerText } from '../../base/lazy.ts';
import type { OciUser } from '../../container/oci.ts';
import type { Service } from '../../project/model/project.ts';
import { rootDirectory } from '../images/root-directory.ts';
import { fileInside } from '../volumes/file-inside.ts';
import type { HostRoot } from './host-root.ts';

/** The passwd and group files of a service's root; empty if it has none. */
export const passwdOf = (
  service: Pick<Service, 'rootfs'>,
  hostRoot: HostRoot,
  read = filesIn,
): readonly [passwd: string, group: string] => {
  if (service.rootfs.kind === 'host') return [hostRoot.passwd, hostRoot.group];
  return read(rootDirectory(service));
};

/** The same for the containers that one change starts: many have the same root, and its files are read once. */
export type Accounts = {
  readonly of: (service: Pick<Service, 'rootfs'>) => readonly [passwd: string, group: string];
  /** For the next change: the files may have other contents then. */
  readonly forget: () => void;
};

export const openAccounts = (hostRoot: HostRoot): Accounts => {
  let known = oncePerText(filesIn);
  return {
    of: (service) => passwdOf(service, hostRoot, known),
    forget: () => {
      known = oncePerText(filesIn);
    },
  };
};

const filesIn = (root: string): readonly [passwd: string, group: string] => [
  readInRoot(root, 'etc/passwd'),
  readInRoot(root, 'etc/group'),
];

/** Resolves `uid[:gid]` or `name[:group]`; `undefined` ids mean that the name is not in the root's files. */
export const findUser = (
  text: string,
  passwd: string,
  group: string,
): { readonly user: OciUser; readonly home: string } => {
  const [userName = '0', groupName] = text.split(':');
  const entry = fields(passwd).find(([name, , uid]) => (isNumber(userName) ? uid : name) === userName);
  const uid = isNumber(userName) ? Number(userName) : Number(entry?.[2] ?? Number.NaN);
  const named = groupName === undefined ? undefined : fields(group).find(([name]) => name === groupName)?.[2];
  const gid =
    groupName === undefined
      ? Number(entry?.[3] ?? 0)
      : isNumber(groupName)
        ? Number(groupName)
        : Number(named ?? Number.NaN);
  const additionalGids = fields(group)
    .filter(([, , , members = '']) => entry !== undefined && members.split(',').includes(entry[0] as string))
    .map(([, , id]) => Number(id));
  return {
    user: { uid, gid, additionalGids: groupName === undefined ? additionalGids : [], umask: 0o022 },
    home: entry?.[5] || '/',
  };
};

/** The id of a group; NaN if the name is not in the root's file. */
export const findGroup = (name: string, group: string): number =>
  isNumber(name) ? Number(name) : Number(fields(group).find(([known]) => known === name)?.[2] ?? Number.NaN);

const isNumber = (text: string): boolean => /^\d+$/.test(text);

// CVE-2026-47262: these files belong to the root, so neither their size nor their lines are trusted.
const MAX_BYTES = 1 << 20;

const fields = (text: string): readonly (readonly string[])[] =>
  text.split('\n').map((line) => line.split(':'));

/** Without search permission on the way, a file is as good as absent. */
const readInRoot = (root: string, path: string): string => {
  try {
    return fileInside(root, path, MAX_BYTES) ?? '';
  } catch {
    return '';
  }
};
