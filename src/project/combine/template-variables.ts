import type { Canonical } from '../model/canonical.ts';
import { type Mention, mentionsIn } from '../read/interpolate.ts';
import { child, type Tree, toPlain } from '../tree/tree.ts';

/**
 * The variables of a project that is not interpolated, each once and by name; the first that says more counts.
 * The project name is read before everything else; its template is still in the tree.
 */
export function templateVariables(project: Canonical, merged: Tree): Mention[] {
  const found = new Map<string, Mention>();
  const name = child(merged, 'name');
  for (const text of textsIn({ ...project, name: name && toPlain(name) }))
    for (const mention of mentionsIn(text)) {
      const { name, isRequired } = mention;
      const known = found.get(name);
      found.set(name, { ...mention, ...known, isRequired: isRequired || known?.isRequired === true });
    }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function* textsIn(value: unknown): Iterable<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) yield* textsIn(inner);
}
