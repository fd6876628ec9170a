import { validate } from '../check/validate.ts';
import { mergedTemplate, rulesFor } from '../keys/compose-file.ts';
import { type LongFormContext, mapEntries } from '../keys/long-forms.ts';
import type { Reading } from '../read/documents.ts';
import type { Environment } from '../read/environment.ts';
import { type Tree, withEntries, withValue } from '../tree/tree.ts';
import { withLongForms } from './apply-long-forms.ts';

type Surroundings = { readonly directory: string; readonly environment: Environment };

/** Checks a file by itself, removes wrong values, and writes the rest in its long form. */
export function longForm(tree: Tree, surroundings: Surroundings, reading: Reading): Tree {
  const valid = validate(reading.wants('ports') ? tree : withoutPorts(tree), reading.diagnostics);
  for (const path of valid.broken) reading.broken.push(path);
  return withLongForms(valid.tree, rulesFor(reading.wants), contextOf(surroundings, reading));
}

/** A project may have thousands, and their check and long form take longer than all others. */
function withoutPorts(tree: Tree): Tree {
  if (tree.kind !== 'mapping') return tree;
  const services = tree.entries.get('services');
  if (!services) return tree;
  const value = mapEntries(services.value, (name, entry) => {
    const { value } = entry;
    const hasPorts = value.kind === 'mapping' && value.entries.has('ports');
    return [name, hasPorts ? withValue(entry, withEntries(value, { ports: undefined })) : entry];
  });
  return withEntries(tree, { services: withValue(services, value) });
}

/** A file over those below it: without interpolation, some lists have their long form only as a whole. */
export function mergedForm(tree: Tree, surroundings: Surroundings, reading: Reading): Tree {
  if (reading.wants('interpolation')) return tree;
  return withLongForms(tree, mergedTemplate(), contextOf(surroundings, reading));
}

function contextOf(
  { directory, environment }: Surroundings,
  { diagnostics, room, unresolved }: Reading,
): LongFormContext {
  return {
    directory,
    home: environment.variables.get('HOME'),
    keepsPaths: directory === unresolved,
    relativeTo: unresolved,
    diagnostics,
    room,
  };
}
