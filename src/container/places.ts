import { call, inside, onHost, type Step } from '../kernel/program.ts';
import type { Container } from './facts.ts';
import { ancestors, createInside, directory } from './files.ts';

/** Files that a container gets from the host, each bound over the one in its root. */
export const ETC_FILES = ['hosts', 'hostname', 'resolv.conf'] as const;

/** What the supervisor itself uses: it notes there who lives, and reads the output. */
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

/** What the container makes for itself on the host, while it can still name it. */
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
