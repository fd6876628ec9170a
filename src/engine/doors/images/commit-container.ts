import { type Diagnostic, Problem } from '../../../base/diagnostic.ts';
import { type Reference, readReference } from '../../../base/images/reference.ts';
import { type RawConfig, withChanges } from '../../../images/commit/changes.ts';
import { commitImage } from '../../../images/commit/commit.ts';
import { treeArchive } from '../../../images/save/tree-archive.ts';
import { openStore } from '../../../images/store/store.ts';
import type { Service } from '../../../project/model/project.ts';
import { openFiles } from '../../containers/file-system.ts';
import { recordOf } from '../../containers/record-of.ts';
import { stateDirectory } from '../../directories/project-paths.ts';

export type CommitRequest = {
  readonly project: string;
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** The name of the image; without one, it has its ID alone. */
  readonly name?: string | undefined;
  /** Instructions of a Dockerfile. */
  readonly changes: readonly string[];
  readonly author?: string | undefined;
  readonly message?: string | undefined;
  readonly signal?: AbortSignal;
};

/** Throws a Problem with everything that is wrong with the name and the changes. */
export const checkCommit = ({ name, changes }: Pick<CommitRequest, 'name' | 'changes'>): void => {
  const made = withChanges({}, changes);
  const faults = 'faults' in made ? made.faults : [];
  const problems: Diagnostic[] = faults.map(({ change, fault }) => ({
    severity: 'error',
    code: 'usage',
    message: `the change \`${change}\` ${fault}`,
  }));
  const read = name === undefined ? undefined : readReference(name);
  if (read && 'must' in read)
    problems.unshift({
      ...{ severity: 'error', code: 'invalid-image-name', message: `\`${name}\` must ${read.must}` },
      ...(read.label && { notes: [read.label] }),
    });
  if (read && 'reference' in read && read.reference.digest !== undefined)
    problems.unshift({
      ...{ severity: 'error', code: 'invalid-image-name', message: `\`${name}\` must not have a digest` },
      help: 'the digest of an image is that of its content',
    });
  if (problems.length > 0) throw new Problem(...problems);
};

/**
 * Makes an image of what a container has changed, and of how it runs. The image of the container is below; a root
 * directory becomes a layer as a whole.
 * @returns the ID of the image
 */
export const commitContainer = async (request: CommitRequest): Promise<string> => {
  checkCommit(request);
  const { project, id, name, changes, author, message, signal } = request;
  const { container, layer } = recordOf(project, id);
  const { definition } = container;
  const { rootfs } = definition;
  const files = await openFiles(container, layer);
  try {
    const image = await commitImage(
      openStore(stateDirectory()),
      {
        ...{ author, comment: message, created: new Date().toISOString() },
        ...(rootfs.kind === 'image' && { base: rootfs.digest }),
        layer:
          rootfs.kind === 'image'
            ? treeArchive(files.upper, { isLayer: true, isLeftOut })
            : treeArchive(files.merged, { isLeftOut }),
        configure: (config) => configured(definition, config, changes),
        createdBy: [...(definition.entrypoint ?? []), ...(definition.command ?? [])].join(' '),
      },
      referenceOf(name),
      signal,
    );
    return image.id;
  } finally {
    files.close();
  }
};

/** As in Docker, the image runs like the container did. What belongs to the project alone is left out. */
const configured = (service: Service, config: RawConfig, changes: readonly string[]): RawConfig => {
  const { entrypoint, command, environment, labels, user, workingDir } = service;
  const made = withChanges(
    {
      ...config,
      Entrypoint: entrypoint,
      Cmd: command,
      Env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
      Labels: labels,
      ...(user !== undefined && { User: user }),
      ...(workingDir !== undefined && { WorkingDir: workingDir }),
    },
    changes,
  );
  return 'config' in made ? made.config : config;
};

/** The places of the files that a container gets from its project are empty in its layer. */
const isLeftOut = (path: string, size: number): boolean => size === 0 && PLACES.includes(path);

const PLACES: readonly string[] = ['etc/hosts', 'etc/hostname', 'etc/resolv.conf'];

const referenceOf = (name: string | undefined): Reference | undefined => {
  const read = name === undefined ? undefined : readReference(name);
  return read && 'reference' in read ? read.reference : undefined;
};
