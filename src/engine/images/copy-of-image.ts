import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Problem } from '../../base/diagnostic.ts';
import { CallError } from '../../kernel/copy/call.ts';
import { fill } from '../../kernel/copy/fill.ts';
import { errnoName } from '../../kernel/program/errno.ts';
import type { FoundImage } from '../../project/model/project.ts';
import { imageMount } from './image-places.ts';

/**
 * Copies the files of an image that is mounted into a directory, which is created; its parent exists. Throws a Problem
 * if the directory has files already: those of another image would become part of this one.
 */
export const copyOfImage = ({ reference, layers }: FoundImage, path: string): void => {
  mkdirSync(path, { recursive: true });
  const filling = { root: imageMount(layers).mountPoint, target: '/', data: path, directory: dirname(path) };
  try {
    if (fill(filling, () => {}) === 'copied') return;
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    throw new Problem({
      severity: 'error',
      code: 'unwritable-output',
      message: `the files of the image \`${reference}\` could not be copied to ${path}`,
      facts: [['call', `${error.call}(${error.path ?? ''}) = ${errnoName(error.errno)}`]],
    });
  }
  throw new Problem({
    severity: 'error',
    code: 'unwritable-output',
    message: `${path} has files already`,
    help: `remove it, or name another directory: it becomes a copy of the image \`${reference}\``,
  });
};
