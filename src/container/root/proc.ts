import { call, inside, type OpenHow, type Step } from '../../kernel/program.ts';
import { FIXED } from '../descriptors.ts';
import { nameOf, REAL_DIRECTORY } from './files.ts';

/**
 * The procfs on /proc, open before anything is mounted over it. No volume has this target, but a link in the root file
 * system can lead one there.
 */
export const PROC_DESCRIPTOR = FIXED.proc;

const HOLD = 'the file system of /proc, before anything is mounted over it';

/** Opens the procfs that is mounted on /proc. */
export const holdProcSteps: readonly Step[] = [
  inside(HOLD, call('openat2', 'AT_FDCWD', '/proc', REAL_DIRECTORY), { as: 'proc' }),
  inside(HOLD, call('dup3', '$proc', PROC_DESCRIPTOR, 'O_CLOEXEC')),
];

/** Writes to a file of that procfs, such as `sys/kernel/shmmax`. */
export const writeToProc = (
  path: string,
  text: string,
  why: string,
  details: Pick<Step, 'from' | 'tolerate' | 'skip'> = {},
): readonly Step[] => {
  const name = nameOf(path);
  const { from } = details;
  return [
    inside(why, call('openat2', PROC_DESCRIPTOR, path, WRITABLE), { ...details, as: name }),
    inside(why, call('write', `$${name}`, text), from === undefined ? {} : { from }),
  ];
};

const WRITABLE: OpenHow = {
  flags: 'O_WRONLY|O_CLOEXEC',
  resolve: 'RESOLVE_BENEATH|RESOLVE_NO_XDEV|RESOLVE_NO_MAGICLINKS',
};
