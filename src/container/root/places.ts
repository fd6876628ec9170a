import { call, inside, onHost, type Step } from '../../kernel/program/program.ts';
import type { Container } from '../facts.ts';
import { ancestors, directory } from './files.ts';

/** Directories and FIFOs of the supervisor itself: for the record of a running container, and for its output. */
export const placesSteps = ({ places, stdio, madeSources }: Container): readonly Step[] => [
  directory(onHost, places.run, 'the run directory of the container, if possible on tmpfs', {
    mode: 0o700,
  }),
  ...madeSources.flatMap(({ path, target }) =>
    ancestors(path).map((parent) => ({
      ...directory(onHost, parent, `the source ${path} of a bind mount is created if it does not exist`),
      from: target,
    })),
  ),
  ...(stdio === 'logs' ? ['stdout', 'stderr'] : []).map((stream) =>
    onHost(
      'output goes through a named pipe, which outlives the supervisor',
      call('mknodat', 'AT_FDCWD', `${places.run}/${stream}`, 'S_IFIFO|0600', [0, 0]),
      { tolerate: 'EEXIST', undo: call('unlinkat', 'AT_FDCWD', `${places.run}/${stream}`, '') },
    ),
  ),
];

/** Directories that the container creates on the host, while paths of the host are still reachable. */
export const ownPlacesSteps = ({ places }: Container): readonly Step[] => [
  directory(
    inside,
    places.layer,
    'the layer for files that the container writes; its root file system is never changed',
    {
      mode: 0o700,
    },
  ),
  ...(places.layerInMemory
    ? []
    : [
        directory(inside, `${places.layer}/upper`, 'the upper directory of the overlay'),
        directory(
          inside,
          `${places.layer}/work`,
          'the work directory of the overlay, for files before they appear in the upper directory',
        ),
      ]),
];
