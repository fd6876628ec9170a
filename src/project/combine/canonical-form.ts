import type { Diagnostic, Place } from '../../base/diagnostic.ts';
import { selectedServices } from '../check/project-selection.ts';
import { composeFile } from '../keys/compose-file.ts';
import type { Canonical } from '../model/canonical.ts';
import type { Choice } from '../model/chosen-services.ts';
import type { Inputs } from '../read/inputs.ts';
import { withEnvironmentFiles, withLabelFiles } from '../read/service-files.ts';
import type { Tree } from '../tree/tree.ts';
import type { Locations } from './locations.ts';
import { bare, normalise } from './normalise.ts';
import { withOuterArguments, withOuterVariables } from './outer-variables.ts';
import { withoutZeros } from './without-zeros.ts';

export type CanonicalForm = {
  /** As much of it as is wanted, to be shown. */
  readonly shown: Canonical;
  /** All of it, to be checked. */
  readonly whole: Canonical;
  /** The places of what comes from an `env_file` or a `label_file`. */
  readonly fromFiles: ReadonlyMap<string, Place>;
  /** The services that the command is about. */
  readonly selected: ReadonlySet<string>;
  /** Problems of files that other services name. */
  readonly elsewhere: ReadonlyMap<string, readonly Diagnostic[]>;
};

/** The project in the form that `config` prints: what files leave open is filled in, and the files that services name are read. */
export function canonicalForm(
  tree: Tree,
  { directory, environment, name, reading }: Inputs,
  { at }: Locations,
  choice: Choice,
  diagnostics: Diagnostic[],
): CanonicalForm {
  const { wants, texts } = reading;
  const isTemplate = !wants('interpolation');
  // In a template, variables of the environment stay those of the one in which it is used.
  const variables = isTemplate ? new Map<string, string>() : environment.variables;
  const fromFiles = new Map<string, Place>();
  const surroundings = {
    name,
    directory: wants('path-resolution') ? directory : '.',
    isConsistent: wants('consistency'),
    isTemplate,
  };
  const normal = withOuterArguments(normalise(tree, surroundings), variables);
  const written = wants('normalisation') ? normal : bare(tree, surroundings);
  const selected = selectedServices(normal, choice);
  const elsewhere = new Map<string, Diagnostic[]>();
  const diagnosticsOf = (service: string): Diagnostic[] => {
    if (selected.has(service)) return diagnostics;
    const known = elsewhere.get(service) ?? [];
    elsewhere.set(service, known);
    return known;
  };
  const files = { directory, variables, at, texts, origins: fromFiles, diagnosticsOf };
  const outer = withOuterVariables(written, variables);
  const labelled = isTemplate ? outer : withLabelFiles(outer, files);
  const shown = wants('env-resolution') ? withEnvironmentFiles(labelled, files) : labelled;
  const whole = wants('normalisation') ? shown : normal;
  const form = isTemplate ? (project: Canonical) => project : plain;
  return { shown: form(shown), whole: form(whole), fromFiles, selected, elsewhere };
}

function plain(project: Canonical): Canonical {
  return withoutZeros(project, composeFile) as Canonical;
}
