import { call, onHost, type Step } from '../kernel/program.ts';
import type { Container } from './facts.ts';
import { ancestors, createOnHost, directoryOnHost } from './files.ts';

/** Files that a container gets from the host, each bound over the one in its root. */
export const ETC_FILES = ['hosts', 'hostname', 'resolv.conf'] as const;

/** Directories, FIFOs and small files on the host, before there is a process. */
export const placesSteps = ({ places, etc, stdio, madeSources }: Container): readonly Step[] => [
  directoryOnHost(
    places.run,
    'a place for small files of this container, on tmpfs where there is one',
    'undone',
    0o700,
  ),
  directoryOnHost(
    places.layer,
    'what the container writes lands here; its root is never written to',
    'undone',
    0o700,
  ),
  ...(places.layerInMemory ? [] : layerSteps(places.layer)),
  ...madeSources.flatMap(({ path, from }) =>
    ancestors(path).map((directory) => ({
      ...directoryOnHost(directory, `${path} is bound and was missing`),
      from,
    })),
  ),
  ...ETC_FILES.flatMap((file) =>
    createOnHost(
      `${places.run}/${file}`,
      etc[file],
      `becomes /etc/${file}, and can be rewritten while it runs`,
    ),
  ),
  ...(stdio === 'logs' ? ['stdout', 'stderr'] : []).map((stream) =>
    onHost(
      'output goes through a pipe with a name, so that it outlives the supervisor',
      call('mknodat', 'AT_FDCWD', `${places.run}/${stream}`, 'S_IFIFO|0600', [0, 0]),
      { tolerate: 'EEXIST', undo: call('unlinkat', 'AT_FDCWD', `${places.run}/${stream}`, '') },
    ),
  ),
];

const layerSteps = (layer: string): readonly Step[] => [
  directoryOnHost(`${layer}/upper`, 'the upper layer of its overlay'),
  directoryOnHost(`${layer}/work`, 'overlayfs prepares files here before they appear in the upper layer'),
];
