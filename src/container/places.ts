import { call, inside, onHost, type Step } from '../kernel/program.ts';
import type { Container } from './facts.ts';
import { ancestors, createInside, directory } from './files.ts';

/** Files of /etc that are bind mounted over those of the root file system. */
export const ETC_FILES = ['hosts', 'hostname', 'resolv.conf'] as const;

/** Directories and FIFOs of the supervisor itself: for the record of a running container, and for its output. */
export const placesSteps = ({ places, stdio, madeSources }: Container): readonly Step[] => [
  directory(onHost, places.run, 'a place for small files of this container, on tmpfs where there is one', {
    mode: 0o700,
  }),
  ...madeSources.flatMap(({ path, from }) =>
    ancestors(path).map((parent) => ({
      ...directory(onHost, parent, `${path} is bound and was missing`),
      from,
    })),
  ),
  ...(stdio === 'logs' ? ['stdout', 'stderr'] : []).map((stream) =>
    onHost(
      'output goes through a pipe with a name, so that it outlives the supervisor',
      call('mknodat', 'AT_FDCWD', `${places.run}/${stream}`, 'S_IFIFO|0600', [0, 0]),
      { tolerate: 'EEXIST', undo: call('unlinkat', 'AT_FDCWD', `${places.run}/${stream}`, '') },
    ),
  ),
];

/** Directories and files that the container creates on the host, while paths of the host are still reachable. */
export const ownPlacesSteps = ({ places, etc }: Container): readonly Step[] => [
  directory(inside, places.layer, 'what the container writes lands here; its root is never written to', {
    mode: 0o700,
  }),
  ...(places.layerInMemory
    ? []
    : [
        directory(inside, `${places.layer}/upper`, 'the upper layer of its overlay'),
        directory(
          inside,
          `${places.layer}/work`,
          'overlayfs prepares files here before they appear in the upper layer',
        ),
      ]),
  ...ETC_FILES.flatMap((file) =>
    createInside(
      `${places.run}/${file}`,
      etc[file],
      `becomes /etc/${file}, and can be rewritten while it runs`,
    ),
  ),
];
