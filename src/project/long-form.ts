import { canonical } from './canonical.ts';
import type { Reading } from './documents.ts';
import type { Environment } from './environment.ts';
import type { Tree } from './tree.ts';
import { validate } from './validate.ts';

/** Checks a file by itself, takes out what is wrong, and writes the rest in its long form. */
export function longForm(
  tree: Tree,
  { directory, environment }: { readonly directory: string; readonly environment: Environment },
  { broken, diagnostics, room, unresolved }: Reading,
): Tree {
  const valid = validate(tree, diagnostics);
  for (const path of valid.broken) broken.push(path);
  const home = environment.variables.get('HOME');
  return canonical(valid.tree, { directory, home, keepsPaths: directory === unresolved, diagnostics, room });
}
