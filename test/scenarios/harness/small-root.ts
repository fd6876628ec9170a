import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Files that scenarios of every run share. */
export const cache = resolve(import.meta.dirname, '../../../node_modules/.cache/tscompose-scenarios');

/** A root file system of one static program: nothing in it can come from the host by accident. */
export function smallRoot(): string {
  const root = join(cache, 'root');
  if (existsSync(root)) return root;
  const unfinished = join(cache, `root.${process.pid}`);
  for (const directory of ['bin', 'etc', 'srv']) mkdirSync(join(unfinished, directory), { recursive: true });
  copyFileSync(busybox(), join(unfinished, 'bin/busybox'));
  for (const name of execFileSync(busybox(), ['--list'], { encoding: 'utf8' }).split('\n'))
    if (name !== '' && name !== 'busybox') symlinkSync('busybox', join(unfinished, 'bin', name));
  writeFileSync(join(unfinished, 'etc/passwd'), passwd);
  writeFileSync(join(unfinished, 'etc/group'), group);
  try {
    renameSync(unfinished, root);
  } catch {
    // Another test file was faster.
    rmSync(unfinished, { recursive: true });
  }
  return root;
}

const busybox = (): string => ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path))!;

const passwd = `root:x:0:0:root:/root:/bin/sh
alice:x:1000:1001:Alice:/home/alice:/bin/sh
`;

const group = `root:x:0:
staff:x:1001:
games:x:60:alice
audio:x:63:root,alice
`;
