import { validate } from '../check/validate.ts';
import { rulesFor } from '../keys/compose-file.ts';
import type { Reading } from '../read/documents.ts';
import type { Environment } from '../read/environment.ts';
import type { Tree } from '../tree/tree.ts';
import { withLongForms } from './apply-long-forms.ts';

/** Checks a file by itself, removes wrong values, and writes the rest in its long form. */
export function longForm(
  tree: Tree,
  { directory, environment }: { readonly directory: string; readonly environment: Environment },
  { broken, diagnostics, room, unresolved, wants }: Reading,
): Tree {
  const valid = validate(tree, diagnostics);
  for (const path of valid.broken) broken.push(path);
  const home = environment.variables.get('HOME');
  return withLongForms(valid.tree, rulesFor(wants), {
    directory,
    home,
    keepsPaths: directory === unresolved,
    relativeTo: unresolved,
    diagnostics,
    room,
  });
}
