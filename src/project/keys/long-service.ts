import { readCount, readDevice } from '../scalars/devices.ts';
import { parsedValue } from '../scalars/flaw.ts';
import { readPullPolicy } from '../scalars/pull-policy.ts';
import { isRemote } from '../scalars/remote.ts';
import {
  type Entry,
  isNull,
  type MappingTree,
  mappingAt,
  preset,
  type Scalar,
  scalar,
  sequence,
  type Tree,
  withEntries,
} from '../tree/tree.ts';
import { absolute, asLabels, type LongForm, mapEntries, mapScalar } from './long-forms.ts';

/** A directory alone is the context of a build. */
export const asBuild: LongForm = (tree, context) => {
  if (tree.kind === 'sequence' || isNull(tree)) return tree;
  const build = tree.kind === 'scalar' ? mappingAt({ context: tree }, tree.span) : tree;
  const given = build.entries.get('context');
  return withEntries(build, { context: given && { ...given, value: asContext(given.value, context) } });
};

/** Further directories of a build by name, with absolute paths. */
export const asContexts: LongForm = (tree, context) =>
  mapEntries(asLabels(tree), (name, entry) => [name, { ...entry, value: asContext(entry.value, context) }]);

const asContext: LongForm = (tree, context) =>
  mapScalar(tree, (value) => contextPath(String(value), context));

/** Agents and keys as a list, `default` or `name=path`. */
export const asSsh: LongForm = (tree) => {
  if (tree.kind !== 'mapping') return tree;
  const items = [...tree.entries].map(([name, { value }]) => {
    const path = value.kind === 'scalar' ? value.value : null;
    return scalar(path === null || path === '' ? name : `${name}=${path}`, value.span);
  });
  return sequence(items, tree.span);
};

/** The name of a secret alone is all that most say of it. */
export const asGrant =
  (directory?: string): LongForm =>
  (tree) => {
    const grant = tree.kind === 'scalar' ? mappingAt({ source: String(tree.value) }, tree.span) : tree;
    if (grant.kind !== 'mapping' || directory === undefined) return grant;
    const source = grant.entries.get('source')?.value;
    const name = source?.kind === 'scalar' ? String(source.value) : '';
    return withEntries(grant, withDefaults(grant, { target: directory + name }));
  };

export const asDevice: LongForm = (tree) => {
  if (tree.kind === 'scalar') return mappingAt(parsedValue(readDevice(String(tree.value))), tree.span);
  if (tree.kind !== 'mapping') return tree;
  const source = tree.entries.get('source')?.value;
  const target = source?.kind === 'scalar' ? source.value : null;
  return withEntries(tree, withDefaults(tree, { target, permissions: 'rwm' }));
};

/** All graphics processors, or requests for some. */
export const asGpus: LongForm = (tree) =>
  tree.kind === 'scalar' && tree.value === 'all'
    ? sequence([mappingAt({ count: -1 }, tree.span)], tree.span)
    : tree;

/** A request that names no devices and no number is for all of them. */
export const asRequest: LongForm = (tree) => {
  if (tree.kind !== 'mapping') return tree;
  return tree.entries.has('device_ids') ? tree : withEntries(tree, withDefaults(tree, { count: -1 }));
};

export const asCount: LongForm = (tree) =>
  mapScalar(tree, (value) => parsedValue(readCount(value as number | string)));

/** A text is for a shell. */
export const asHealthTest: LongForm = (tree) =>
  tree.kind === 'scalar' && typeof tree.value === 'string'
    ? sequence([scalar('CMD-SHELL', tree.span), tree], tree.span)
    : tree;

export const asPullPolicy: LongForm = (tree) =>
  mapScalar(tree, (value) => parsedValue(readPullPolicy(String(value))));

/** What stands for other places than this machine's own directories. */
function contextPath(text: string, context: Parameters<LongForm>[1]): string {
  return isRemote(text) || /^(service|target):/.test(text) ? text : absolute(text, context);
}

function withDefaults(tree: MappingTree, presets: Readonly<Record<string, Scalar>>): Record<string, Entry> {
  const missing = Object.entries(presets).filter(([key]) => isNull(tree.entries.get(key)?.value));
  return Object.fromEntries(missing.map(([key, value]) => [key, entryAt(value, tree)]));
}

function entryAt(value: Scalar, tree: Tree): Entry {
  return { key: tree.span, value: preset(value, tree.span) };
}
