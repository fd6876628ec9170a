import { type LongFormContext, mapEntries } from '../keys/long-forms.ts';
import { somewhere, type Value, valueBelow } from '../keys/value.ts';
import { type SequenceTree, type Tree, withValue } from '../tree/tree.ts';

/** Writes everything in a checked file in the long form of these rules: lists as mappings, text as numbers, paths absolute. */
export function withLongForms(tree: Tree, rules: Value, context: LongFormContext): Tree {
  return apply(tree, rules, context);
}

/** Inner values first, so that a rule sees the results of the rules below it. */
function apply(tree: Tree, at: Value, context: LongFormContext): Tree {
  if (tree.tag === '!reset' || !hasLongForm(at)) return tree;
  if (tree.kind === 'sequence' && tree.items.some(isReset)) return withResets(tree, at, context);
  const inner = applyBelow(tree, at, context);
  const outer = withoutRepeated(at.longForm ? at.longForm(inner, context) : inner, at);
  return tree.tag && !outer.tag ? { ...outer, tag: tree.tag } : outer;
}

/** Items of which files merge the later one over the earlier do so within one file too. */
function withoutRepeated(tree: Tree, { merge }: Value): Tree {
  if (!merge || tree.kind !== 'sequence') return tree;
  const merged = merge({ ...tree, items: [] }, tree);
  return merged?.kind === 'sequence' && merged.items.length < tree.items.length ? merged : tree;
}

/** An item to take away needs its long form too, to be found below; in the form of a mapping it is an entry. */
function withResets(tree: SequenceTree, at: Value, context: LongFormContext): Tree {
  const form = (items: readonly Tree[]) => apply({ ...tree, items }, at, context);
  const kept = form(tree.items.filter((item) => !isReset(item)));
  const removed = form(tree.items.filter(isReset).map(({ tag: _, ...item }) => item as Tree));
  if (kept.kind === 'sequence' && removed.kind === 'sequence')
    return { ...kept, items: [...kept.items, ...removed.items.map(asReset)] };
  if (kept.kind !== 'mapping' || removed.kind !== 'mapping') return kept;
  const entries = [...removed.entries].map(
    ([key, entry]) => [key, { ...entry, value: asReset(entry.value) }] as const,
  );
  return { ...kept, entries: new Map([...kept.entries, ...entries]) };
}

const isReset = ({ tag }: Tree) => tag === '!reset';
const asReset = (tree: Tree): Tree => ({ ...tree, tag: '!reset' });

function applyBelow(tree: Tree, at: Value, context: LongFormContext): Tree {
  if (tree.kind === 'scalar') return tree;
  if (tree.kind === 'sequence') {
    const below = valueBelow(at, 0);
    return below ? { ...tree, items: tree.items.map((item) => apply(item, below, context)) } : tree;
  }
  return mapEntries(tree, (key, entry) => {
    const below = valueBelow(at, key);
    return [key, below ? withValue(entry, apply(entry.value, below, context)) : entry];
  });
}

const hasLongForm = somewhere(({ longForm, merge }) => longForm !== undefined || merge !== undefined);
