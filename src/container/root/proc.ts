import { call, inside, type OpenHow, type Step } from '../../kernel/program/program.ts';
import { FIXED, openAt } from '../descriptors.ts';
import { nameOf, REAL_DIRECTORY } from './files.ts';

const HOLD = 'the file system of /proc, before anything is mounted over it';

/** Opens the procfs that is mounted on /proc. */
export const holdProcSteps = openAt(
  FIXED.proc,
  'proc',
  HOLD,
  call('openat2', 'AT_FDCWD', '/proc', REAL_DIRECTORY),
);

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
    inside(why, call('openat2', FIXED.proc, path, WRITABLE), { ...details, as: name }),
    inside(why, call('write', `$${name}`, text), from === undefined ? {} : { from }),
  ];
};

const WRITABLE: OpenHow = {
  flags: 'O_WRONLY|O_CLOEXEC',
  resolve: 'RESOLVE_BENEATH|RESOLVE_NO_XDEV|RESOLVE_NO_MAGICLINKS',
};
