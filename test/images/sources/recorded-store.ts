import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Unpacks what record-engine-stores.sh has recorded of an engine. */
export const unpackStore = (recorded: string, to: string): void => {
  const file = join(import.meta.dirname, 'recorded', `${recorded}.tar.gz`);
  execFileSync('tar', [...['--extract', '--gzip', '--no-same-owner', `--file=${file}`, `--directory=${to}`]]);
};

/** Of the image that it has, in the registry of the script. */
export const RECORDED_NAME = '127.0.0.1:5000/team/app:1';
export const RECORDED_DIGEST = 'sha256:0681fdd4ae2f814c90b2a53081bf3cb5821e5bfa568d08fbc61d7dce7c552f4a';
