import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildRoot, openRoot } from '../../../src/images/root/build.ts';
import type { ImageRoot, RootKind } from '../../../src/images/root/image-root.ts';
import { mountRoot } from '../../../src/images/root/mount.ts';
import { probeRoots } from '../../../src/images/root/probe.ts';
import { TarParser } from '../../../src/images/tar/parser.ts';
import { Tree } from '../../../src/images/tree/tree.ts';
import { execute } from '../../../src/kernel/launch/execute.ts';
import { call } from '../../../src/kernel/program/program.ts';
import { shell } from '../../kernel/copy/trees.ts';

/** The merged tree of archives, the lowest layer first. */
export const treeOf = (archives: readonly Buffer[]): Tree => {
  const tree = new Tree();
  for (const archive of archives) {
    tree.addLayer();
    const parser = new TarParser(tree);
    parser.feed(archive);
    parser.finish();
  }
  return tree;
};

/** Gives a directory that is removed afterwards, with what is mounted in it. */
export const inDirectory = async <Result>(work: (directory: string) => Promise<Result>): Promise<Result> => {
  const directory = mkdtempSync(join(tmpdir(), 'image-root-'));
  try {
    return await work(directory);
  } finally {
    execute(call('umount2', join(directory, 'root'), 'MNT_DETACH'));
    rmSync(directory, { recursive: true });
  }
};

/** Writes archives as layers, and what belongs to a root of the kind: it is not mounted yet. */
export const builtRoot = async (
  kind: RootKind,
  archives: readonly Buffer[],
  directory: string,
): Promise<ImageRoot> => {
  const layers = archives.map((archive, index) => {
    const path = join(directory, `layer${index}`);
    if (kind !== 'directory') writeFileSync(path, archive);
    else {
      mkdirSync(path);
      execFileSync('tar', ['-C', path, '-xpf', '-'], { input: archive });
    }
    return path;
  });
  await buildRoot(kind, layers, directory);
  return openRoot(kind, layers, directory);
};

/** Mounts a root below the directory: where. */
export const mounted = (root: ImageRoot, directory: string): string => {
  const mountPoint = join(directory, 'root');
  mkdirSync(mountPoint, { recursive: true });
  mountRoot(root, mountPoint);
  return mountPoint;
};

/** All that find(1) and tar(1) see of a tree, for a comparison: of directories no size, which is a matter of the disk. */
export const portrait = (root: string): string =>
  [
    shell(String.raw`LC_ALL=C find . -printf '%P\0%y %m %U:%G %n %T@ %l\n' | LC_ALL=C sort`, root),
    shell(String.raw`LC_ALL=C find . ! -type d -printf '%P\0%s\n' | LC_ALL=C sort`, root),
    shell(`LC_ALL=C ${ARCHIVE} . | sha256sum`, root),
  ].join('\n');

/** Contents, hard links, device numbers and extended attributes in the same order each time. */
export const ARCHIVE =
  "tar --create --format=posix --pax-option=delete=ctime,delete=atime,exthdr.name=x --sort=name --numeric-owner --xattrs --xattrs-include='*' --acls";

/** Whether this kernel mounts a kind of root. */
export const mounts = (kind: RootKind): boolean => probeRoots(tmpdir()).working.includes(kind);
