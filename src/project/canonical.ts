import { lazy } from '../base/lazy.ts';
import { longForms } from './long-form-rules.ts';
import type { LongForm, LongFormContext } from './long-forms.ts';
import { compileRules, descend, type Rules } from './path.ts';
import type { Entry, Tree } from './tree.ts';

/** Writes everything in a checked file in its long form: lists as mappings, text as numbers, paths absolute. */
export function canonical(tree: Tree, context: LongFormContext): Tree {
  return apply(tree, rules(), context);
}

/** Inner values first, so that a rule sees what the rules below it have made. */
function apply(tree: Tree, at: Rules<LongForm>, context: LongFormContext): Tree {
  if (tree.tag === '!reset') return tree;
  const inner = applyBelow(tree, at, context);
  const outer = at.rule ? at.rule(inner, context) : inner;
  return tree.tag && !outer.tag ? { ...outer, tag: tree.tag } : outer;
}

function applyBelow(tree: Tree, at: Rules<LongForm>, context: LongFormContext): Tree {
  if (at.keys.size === 0 || tree.kind === 'scalar') return tree;
  if (tree.kind === 'sequence') {
    const below = descend(at, 0);
    return below ? { ...tree, items: tree.items.map((item) => apply(item, below, context)) } : tree;
  }
  const entries = new Map<string, Entry>();
  for (const [key, entry] of tree.entries) {
    const below = descend(at, key);
    entries.set(key, below ? { ...entry, value: apply(entry.value, below, context) } : entry);
  }
  return { ...tree, entries };
}

const rules = lazy(() => compileRules(longForms));
