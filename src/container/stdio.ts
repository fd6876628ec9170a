import { call, inside, type Step } from '../kernel/program.ts';
import type { Container } from './facts.ts';

/** Opens standard output and error while the FIFOs in the run directory are still reachable. */
export const stdioSteps = ({ places, stdio }: Container): readonly Step[] => {
  if (stdio !== 'logs') return [];
  return (['stdout', 'stderr'] as const).flatMap((stream, index) => [
    inside(
      // fifo(7): open for reading too, so that the end of the reader causes no SIGPIPE; writes to a full pipe block.
      'a pipe that never breaks, whatever happens to its reader',
      call('openat', 'AT_FDCWD', `${places.run}/${stream}`, 'O_RDWR|O_CLOEXEC', 0),
      { as: stream },
    ),
    inside(`is its standard ${index === 0 ? 'output' : 'error'}`, call('dup3', `$${stream}`, index + 1, '')),
  ]);
};

/** Makes the terminal on descriptor 0 the controlling terminal: its Ctrl-C and changes of its size become signals. */
export const sessionSteps = (hasTerminal: boolean): readonly Step[] => [
  inside('signals of the supervisor’s terminal do not reach it', call('setsid')),
  ...(hasTerminal ? [inside('its terminal controls it', call('ioctl', 0, 'TIOCSCTTY', 0))] : []),
];
