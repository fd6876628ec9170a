import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync } from 'node:fs';

/** A file system of what is in a directory, without a mount: mke2fs(8). */
export function diskImage(
  directory: string,
  file: string,
  { megabytes }: { readonly megabytes: number },
): void {
  const descriptor = openSync(file, 'w');
  ftruncateSync(descriptor, megabytes << 20);
  closeSync(descriptor);
  // Nothing of it is kept, so a journal protects nothing.
  execFileSync('mke2fs', ['-q', '-F', '-t', 'ext4', '-O', '^has_journal', '-d', directory, file], {
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  });
}
