import { parsedValue } from '../scalars/flaw.ts';
import { isPath, propagations, readMountTarget, readVolume } from '../scalars/mounts.ts';
import {
  child,
  type Entry,
  isNull,
  type MappingTree,
  mappingAt,
  preset,
  scalar,
  type Tree,
  withEntries,
} from '../tree/tree.ts';
import { absolute, type LongForm, type LongFormContext, mapScalar } from './long-forms.ts';

/** The short form of a mount as the long one; of binds, only it makes a source that is missing. */
export const asVolume: LongForm = (tree, context) => {
  if (tree.kind === 'mapping') return longVolume(tree, context);
  if (tree.kind !== 'scalar') return tree;
  const { source, target, options } = parsedValue(readVolume(String(tree.value)));
  const oneOf = (words: readonly string[]) => options.find((option) => words.includes(option));
  const isBind = source !== undefined && isPath(source);
  const common = {
    target,
    read_only: options.includes('ro') ? true : undefined,
    consistency: oneOf(['cached', 'delegated', 'consistent']),
  };
  const shared = { propagation: oneOf(propagations), selinux: oneOf(['z', 'Z']) };
  if (isBind) {
    const bind = mappingAt({ create_host_path: preset(true, tree.span), ...shared }, tree.span);
    return mappingAt({ ...common, type: 'bind', source: absolute(source, context), bind }, tree.span);
  }
  const bind = oneOf([...propagations, 'z', 'Z']) === undefined ? undefined : mappingAt(shared, tree.span);
  const nocopy = options.includes('nocopy') ? true : undefined;
  return mappingAt(
    { ...common, type: 'volume', source, volume: mappingAt({ nocopy }, tree.span), bind },
    tree.span,
  );
};

function longVolume(tree: MappingTree, context: LongFormContext): Tree {
  const source = tree.entries.get('source');
  const target = tree.entries.get('target');
  const type = child(tree, 'type');
  const isBind = type?.kind === 'scalar' && type.value === 'bind';
  const bind = child(tree, 'bind');
  return withEntries(tree, {
    ...Object.fromEntries(
      [...tree.entries].filter(([, { value }]) => isNull(value)).map(([key]) => [key, undefined]),
    ),
    source: source && {
      ...source,
      value: mapScalar(source.value, (value) => (isBind ? absolute(String(value), context) : value)),
    },
    target: target && {
      ...target,
      value: mapScalar(target.value, (value) => parsedValue(readMountTarget(String(value)))),
    },
    ...(bind?.kind === 'mapping' && !bind.entries.has('create_host_path')
      ? { bind: { key: bind.span, value: withEntries(bind, { create_host_path: trueAt(bind) }) } }
      : {}),
  });
}

/** The old `external: {name: x}` as `external: true` with the name beside it. */
export const asResource: LongForm = (tree) => {
  if (tree.kind !== 'mapping') return tree;
  const external = tree.entries.get('external');
  if (external?.value.kind !== 'mapping') return tree;
  const name = external.value.entries.get('name');
  return withEntries(tree, {
    external: { ...external, value: scalar(true, external.value.span) },
    name: tree.entries.get('name') ?? name,
  });
};

function trueAt(tree: Tree): Entry {
  return { key: tree.span, value: preset(true, tree.span) };
}
