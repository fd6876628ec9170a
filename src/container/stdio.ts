import { call, inside, type Step } from '../kernel/program.ts';
import type { Container } from './facts.ts';

/** Standard output and error, while the FIFOs of the run directory can still be named. */
export const stdioSteps = ({ places, stdio }: Container): readonly Step[] => {
  if (stdio !== 'logs') return [];
  return (['stdout', 'stderr'] as const).flatMap((stream, index) => [
    inside(
      // fifo(7): open for reading too, so that a reader that goes away is no SIGPIPE; a full pipe waits instead.
      'a pipe that never breaks, whatever happens to its reader',
      call('openat', 'AT_FDCWD', `${places.run}/${stream}`, 'O_RDWR|O_CLOEXEC', 0),
      { as: stream },
    ),
    inside(`is its standard ${index === 0 ? 'output' : 'error'}`, call('dup3', `$${stream}`, index + 1, '')),
  ]);
};

/** The terminal on descriptor 0 becomes the one that Ctrl-C and the window's size belong to. */
export const sessionSteps = (hasTerminal: boolean): readonly Step[] => [
  inside('signals of the supervisor’s terminal do not reach it', call('setsid')),
  ...(hasTerminal ? [inside('its terminal controls it', call('ioctl', 0, 'TIOCSCTTY', 0))] : []),
];
