import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { OciMount } from '../../container/oci.ts';

/**
 * The root of a service without `rootfs`: the host's programs and libraries, read-only, with private /etc, /tmp, /var
 * and /dev. The directory is a skeleton of links and mount points; the host's trees are bind-mounted into it.
 */
export type HostRoot = {
  readonly path: string;
  readonly mounts: readonly OciMount[];
  readonly passwd: string;
  readonly group: string;
  /** The path of the `node` that runs tscompose, if it is not on the usual PATH. */
  readonly extraPath: readonly string[];
};

const SHARED = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32', 'usr', 'opt', 'nix'];

/** The files of /etc that programs need; none of them identifies the host. Large trees are bind-mounted … */
const SHARED_ETC = ['alternatives', 'ca-certificates', 'crypto-policies', 'ld.so.cache', 'pki', 'ssl'];

/** … and small files are copied. */
const COPIED_ETC = [
  'ld.so.conf',
  'ld.so.conf.d',
  'localtime',
  'mime.types',
  'nsswitch.conf',
  'protocols',
  'services',
  'terminfo',
];

const PRIVATE: readonly (readonly [path: string, mode: number])[] = [
  ['dev', 0o755],
  ['etc', 0o755],
  ['home', 0o755],
  ['mnt', 0o755],
  ['proc', 0o555],
  ['root', 0o700],
  ['run', 0o755],
  ['run/lock', 0o1777],
  ['srv', 0o755],
  ['sys', 0o555],
  ['tmp', 0o1777],
  ['var', 0o755],
  ['var/cache', 0o755],
  ['var/lib', 0o755],
  ['var/log', 0o755],
  ['var/spool', 0o755],
  ['var/tmp', 0o1777],
];

const PASSWD = `root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`;

const GROUP = `root:x:0:
daemon:x:1:
tty:x:5:
www-data:x:33:
nogroup:x:65534:
`;

/** The parts of the root; pure, except that it looks for the host's trees. */
export const planHostRoot = (path: string): HostRoot => {
  const trees = SHARED.filter((name) => isDirectory(`/${name}`)).map((name) => `/${name}`);
  const node = nodeTree(trees);
  const etc = SHARED_ETC.map((name) => `/etc/${name}`).filter((entry) => existsSync(entry));
  return {
    path,
    mounts: [...trees, ...node, ...etc].map(readOnly),
    passwd: PASSWD,
    group: GROUP,
    extraPath: node.map((tree) => join(tree, 'bin')),
  };
};

/** Creates the skeleton; existing entries are not changed. */
export const makeHostRoot = ({ path, mounts, passwd, group }: HostRoot): void => {
  if (existsSync(join(path, 'etc/passwd'))) return;
  for (const [name, mode] of PRIVATE) makeDirectory(join(path, name), mode);
  for (const name of SHARED) if (isLink(`/${name}`)) makeLink(readlinkSync(`/${name}`), join(path, name));
  for (const { source } of mounts) makeMountPoint(join(path, source), isDirectory(source));
  for (const name of COPIED_ETC) copy(`/etc/${name}`, join(path, 'etc', name));
  writeFileSync(join(path, 'etc/group'), group);
  for (const name of ['hosts', 'hostname', 'resolv.conf']) writeFileSync(join(path, 'etc', name), '');
  writeFileSync(join(path, 'etc/passwd'), passwd);
};

const readOnly = (path: string): OciMount => ({
  destination: path,
  type: 'bind',
  source: path,
  options: isDirectory(path) ? ['rbind', 'rprivate', 'rro', 'nodev'] : ['bind', 'rprivate', 'ro', 'nodev'],
});

// Node's own directory, `…/v22.1.0` of `…/v22.1.0/bin/node`, if it is in none of the shared trees.
const nodeTree = (trees: readonly string[]): readonly string[] => {
  const tree = dirname(dirname(realpathSync(process.execPath)));
  const covered = trees.some((shared) => `${tree}/`.startsWith(`${shared}/`));
  return covered || tree === '/' ? [] : [tree];
};

const makeDirectory = (path: string, mode: number): void => {
  mkdirSync(path, { recursive: true });
  // mkdir(2) subtracts the umask.
  chmodSync(path, mode);
};

const makeMountPoint = (path: string, directory: boolean): void => {
  if (directory) mkdirSync(path, { recursive: true });
  else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
  }
};

const makeLink = (target: string, path: string): void => {
  if (!isLink(path)) symlinkSync(target, path);
};

const copy = (from: string, to: string): void => {
  if (!existsSync(from)) return;
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
};

const isDirectory = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const isLink = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
