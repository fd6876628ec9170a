import { closeSync, readdirSync, readFileSync } from 'node:fs';

/**
 * Closes the descriptors of the caller beyond the standard ones: a caller that waits for the end of its own pipe would
 * wait for the end of the project. Node opens all of its own with O_CLOEXEC.
 */
export const closeForeignDescriptors = (): void => {
  for (const name of readdirSync(DIRECTORY)) {
    const fd = Number(name);
    if (fd <= STDERR || !isInherited(name)) continue;
    closeSync(fd);
  }
};

const DIRECTORY = '/proc/self/fdinfo';
const STDERR = 2;
const O_CLOEXEC = 0o2000000;

const isInherited = (name: string): boolean => {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`${DIRECTORY}/${name}`, 'latin1'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & O_CLOEXEC) === 0;
  } catch {
    // It was the one that read the directory.
    return false;
  }
};
