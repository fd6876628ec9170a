import { child, type Entry, type MappingTree, type Tree, withEntries } from '../tree/tree.ts';
import type { Reading, SourceDocument } from './documents.ts';
import type { Environment } from './environment.ts';
import { fromYaml } from './from-yaml.ts';
import { interpolator } from './interpolator.ts';

/** Makes the function that turns documents into trees; it reports each variable that is not set once. */
export function documentTrees(environment: Environment, { wants, diagnostics }: Reading) {
  const interpolate = interpolator(environment, diagnostics);
  return ({ document, source }: SourceDocument): Tree | undefined => {
    if (wants('interpolation')) return fromYaml(document, source, interpolate, diagnostics);
    const raw = fromYaml(document, source, undefined, diagnostics);
    const full = fromYaml(document, source, interpolator(environment, []), []);
    return raw?.kind === 'mapping' && full?.kind === 'mapping' ? withComposition(raw, full) : raw;
  };
}

/** Which other files there are is said by variables too: those have to be replaced in any case. */
function withComposition(raw: MappingTree, full: MappingTree): Tree {
  const services = raw.entries.get('services');
  const changed = services && {
    ...services,
    value: mapMapping(services.value, (name, entry) => ({
      ...entry,
      value: withKey(entry.value, child(child(full, 'services'), name), 'extends'),
    })),
  };
  return withKey(withEntries(raw, { services: changed }), full, 'include');
}

function withKey(raw: Tree, full: Tree | undefined, key: string): Tree {
  const entry = full?.kind === 'mapping' ? full.entries.get(key) : undefined;
  return raw.kind === 'mapping' && entry ? withEntries(raw, { [key]: entry }) : raw;
}

function mapMapping(tree: Tree, change: (key: string, entry: Entry) => Entry): Tree {
  if (tree.kind !== 'mapping') return tree;
  return { ...tree, entries: new Map([...tree.entries].map(([key, entry]) => [key, change(key, entry)])) };
}
