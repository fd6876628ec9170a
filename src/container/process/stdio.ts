import { call, inside, type Step } from '../../kernel/program/program.ts';
import { FIXED } from '../descriptors.ts';
import type { Container } from '../facts.ts';

/** Opens standard output and error while the FIFOs in the run directory are still reachable. */
export const stdioSteps = ({ places, stdio }: Container): readonly Step[] => {
  if (stdio !== 'logs') return [];
  return (['stdout', 'stderr'] as const).flatMap((stream) => [
    inside(
      // fifo(7): open for reading too, so that the end of the reader causes no SIGPIPE; writes to a full pipe block.
      'a named pipe that never breaks, even if its reader ends',
      call('openat', 'AT_FDCWD', `${places.run}/${stream}`, 'O_RDWR|O_CLOEXEC', 0),
      { as: stream },
    ),
    STANDARD[stream],
  ]);
};

const STANDARD = {
  stdout: inside('the named pipe is standard output', call('dup3', '$stdout', 1, '')),
  stderr: inside('the named pipe is standard error', call('dup3', '$stderr', 2, '')),
};

/** Replaces the null device of the host, with which the process was created. */
export const nullInputSteps = ({ stdio, hasInput }: Container): readonly Step[] =>
  stdio === 'logs' && !hasInput ? ownNullInput : [];

const ownNullInput: readonly Step[] = [
  inside(
    'standard input is the container’s own null device: it can change the mode of the host’s',
    call('dup3', FIXED.null, 0, ''),
  ),
];

/** Makes the terminal on descriptor 0 the controlling terminal: its Ctrl-C and changes of its size become signals. */
export const sessionSteps = (hasTerminal: boolean): readonly Step[] =>
  hasTerminal ? terminalSession : plainSession;

const plainSession: readonly Step[] = [
  inside('a new session: signals of the supervisor’s terminal do not reach the container', call('setsid')),
];

const terminalSession: readonly Step[] = [
  ...plainSession,
  inside('the terminal is the controlling terminal of the session', call('ioctl', 0, 'TIOCSCTTY', 0)),
];
