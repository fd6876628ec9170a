import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { OciMount } from '../../../container/oci.ts';
import { invalid } from '../invalid.ts';
import type { SpecifiedMount } from './specification.ts';

/** A bind mount, unless the specification says `tmpfs`. */
export const mountOf = (mount: SpecifiedMount): OciMount => {
  const options = mount.options ?? [];
  if (mount.type === 'tmpfs')
    return { destination: mount.containerPath, type: 'tmpfs', source: 'tmpfs', options };
  const isBind = options.includes('bind') || options.includes('rbind');
  const all = isBind ? options : ['rbind', ...options];
  return {
    destination: mount.containerPath,
    type: 'bind',
    source: mount.hostPath,
    options: isFile(mount.hostPath) ? all.map((option) => OF_FILES[option] ?? option) : all,
  };
};

// Runtimes refuse recursive options for a file.
const OF_FILES: Readonly<Record<string, string>> = { rbind: 'bind', rro: 'ro' };

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === false;

export const mountProblems = ({ hostPath, type }: SpecifiedMount): readonly Diagnostic[] => {
  if (!['', 'bind', 'none', 'tmpfs'].includes(type ?? ''))
    return invalid(
      `the specification of a device has a mount of type \`${type}\`, which is not supported`,
      'bind mounts and tmpfs are supported',
    );
  if (type === 'tmpfs' || (isAbsolute(hostPath) && statSync(hostPath, { throwIfNoEntry: false }))) return [];
  return invalid(
    `there is no \`${hostPath}\`, which the specification of a device mounts`,
    'have the tools of its vendor write the specification anew',
  );
};
