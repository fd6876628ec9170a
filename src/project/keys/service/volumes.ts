import * as z from 'zod';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { didYouMean } from '../../../base/text/typo.ts';
import type { CanonicalVolume } from '../../model/canonical.ts';
import { parsedValue } from '../../scalars/flaw.ts';
import {
  isPath,
  propagations,
  readMountTarget,
  readOpenVolume,
  readVolume,
  volumeOptions,
} from '../../scalars/mounts.ts';
import {
  child,
  isNull,
  type MappingTree,
  mappingAt,
  placeOf,
  type ScalarTree,
  type Span,
  type Tree,
  withEntries,
} from '../../tree/tree.ts';
import { didYou, quote } from '../../tree/wording.ts';
import {
  boolean,
  choice,
  labels,
  list,
  mapping,
  mode,
  optOut,
  orNothing,
  orShort,
  size,
  text,
} from '../kinds.ts';
import { absolute, asModeNumber, asPath, emptyList, type LongFormContext, mapScalar } from '../long-forms.ts';
import { uniqueByKey } from '../merge-rules.ts';
import { mountsOf } from '../parts/mounts-of.ts';
import { withDefaults } from '../parts/with-defaults.ts';
import type { ServiceKey } from '../service-key.ts';

const bind = mapping('bind option', {
  create_host_path: {
    ...boolean(),
    ...optOut,
    description: 'Create a missing source as a directory, true by default.',
  },
  propagation: {
    schema: () => z.enum([...propagations, '']),
    description: 'Mount propagation between host and container.',
  },
  recursive: {
    ...choice('enabled', 'disabled', 'writable', 'readonly'),
    description:
      'The mounts below the source: also mounted and read-only (`enabled`, `readonly`), left out (`disabled`), or never read-only (`writable`).',
  },
  selinux: {
    ...choice('z', 'Z'),
    description: 'Label for SELinux; a warning where SELinux is on, and without an effect where not.',
  },
});

const named = mapping('volume option', {
  nocopy: { ...boolean(), description: 'Copy no files of the image into a new volume.' },
  subpath: { ...text(), description: 'Directory of the volume to mount.' },
  labels: { ...labels(), description: 'Labels of an anonymous volume.' },
});

const memory = mapping('tmpfs option', {
  size: { ...size(), description: 'Maximum size.' },
  mode: {
    ...mode(),
    longForm: asModeNumber,
    description: 'Permissions of its root, in octal such as `0o1777`.',
  },
});

const image = mapping('image option', {
  subpath: { ...text(), description: 'Directory of the image to mount.' },
});

const volume = mapping(
  'volume',
  {
    type: {
      ...choice('bind', 'volume', 'tmpfs', 'image', 'cluster', 'npipe'),
      description:
        'Kind of mount: `bind` for a path of the host, `volume`, `tmpfs` for memory, or `image` for the files of an image, which are read-only.',
    },
    source: {
      ...text(),
      description: 'Path on the host, relative to the Compose file, or name of a volume or image.',
    },
    target: { ...text(readMountTarget), description: 'Path inside the container.' },
    read_only: { ...boolean(), description: 'Mount it read-only.' },
    consistency: {
      ...choice('consistent', 'cached', 'delegated', ''),
      description: 'Consistency of shared files on macOS, without an effect here.',
    },
    bind: { ...orNothing(bind), templateForm: asBind, description: 'Options of a bind mount.' },
    volume: { ...orNothing(named), description: 'Options of a named volume.' },
    tmpfs: { ...orNothing(memory), description: 'Options of a tmpfs mount.' },
    image: { ...orNothing(image), description: 'Options of an image mount.' },
  },
  ['type', 'target'],
);

export const key: ServiceKey<readonly CanonicalVolume[]> = {
  ...list({ ...orShort(text(readVolume), volume), longForm: asVolume, templateForm: asTemplateVolume }),
  longForm: emptyList,
  merge: uniqueByKey('target'),
  description: 'Volumes, and paths of the host: `source:target[:ro]`, or the long form.',
  model: (_, service) => ({ mounts: mountsOf(service) }),
  uses: (volumes) =>
    volumes.flatMap(({ type, source }, index) =>
      type === 'volume' && source
        ? [{ of: 'volumes', name: source, path: ['volumes', index, 'source'] }]
        : [],
    ),
};

/** The short form of a mount as the long one; of binds, only it makes a source that is missing. */
function asVolume(tree: Tree, context: LongFormContext): Tree {
  if (tree.kind === 'mapping') return longVolume(tree, context);
  return tree.kind === 'scalar' ? shortVolume(tree, context, false) : tree;
}

/** As in Docker Compose, an anonymous one has options there, though none. */
function asTemplateVolume(tree: Tree, context: LongFormContext): Tree {
  return tree.kind === 'scalar' ? shortVolume(tree, context, true) : asVolume(tree, context);
}

function shortVolume(
  { value, span, isOpen }: ScalarTree,
  context: LongFormContext,
  hasOptions: boolean,
): Tree {
  const read = isOpen ? readOpenVolume : readVolume;
  const { source, target, options, unknown } = parsedValue(read(String(value)));
  context.diagnostics.push(...unknown.map((option) => ignoredOption(option, span)));
  // As in Docker Compose, the last one counts.
  const oneOf = (words: readonly string[]) => options.findLast((option) => words.includes(option));
  const common = {
    target,
    read_only: oneOf(['ro', 'rw']) === 'ro' ? true : undefined,
  };
  const shared = { propagation: oneOf(propagations), selinux: oneOf(['z', 'Z']) };
  if (source !== undefined && isPath(source)) {
    const bind = mappingAt({ create_host_path: true, ...shared }, span);
    return mappingAt({ ...common, type: 'bind', source: absolute(source, context), bind }, span);
  }
  const bind = oneOf([...propagations, 'z', 'Z']) === undefined ? undefined : mappingAt(shared, span);
  const nocopy = options.includes('nocopy') ? true : undefined;
  const volume = source === undefined && !hasOptions ? undefined : mappingAt({ nocopy }, span);
  return mappingAt({ ...common, type: 'volume', source, volume, bind }, span);
}

/** As in Docker, which hands it to a driver of volumes or leaves it out. */
function ignoredOption(option: string, span: Span): Diagnostic {
  const near = didYouMean(option, volumeOptions);
  return {
    severity: 'warning',
    code: 'unsupported-key',
    message: `the mount option ${quote(option)} is not supported`,
    at: placeOf(span),
    label: 'ignored',
    ...(near !== undefined && { help: didYou(near) }),
  };
}

/** Also with options of another kind, a source that is missing is made. */
function asBind(tree: Tree): Tree {
  return tree.kind === 'mapping' ? withDefaults(tree, { create_host_path: true }) : tree;
}

function longVolume(tree: MappingTree, context: LongFormContext): Tree {
  const source = tree.entries.get('source');
  const target = tree.entries.get('target');
  const type = child(tree, 'type');
  const isBind = type?.kind === 'scalar' && type.value === 'bind';
  return withEntries(tree, {
    ...Object.fromEntries(
      [...tree.entries].filter(([, { value }]) => isNull(value)).map(([key]) => [key, undefined]),
    ),
    source: source && {
      ...source,
      value: isBind ? asPath(source.value, context) : source.value,
    },
    target: target && {
      ...target,
      value: mapScalar(target.value, (value) => parsedValue(readMountTarget(String(value)))),
    },
  });
}
