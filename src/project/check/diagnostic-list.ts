import type { Diagnostic, Place, Via } from '../../base/diagnostic.ts';
import type { Places } from '../model/project.ts';

export function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

/** Adds them one by one: `push(...more)` takes no more than the stack holds. */
export function addAll(found: Diagnostic[], more: Iterable<Diagnostic>): void {
  for (const diagnostic of more) found.push(diagnostic);
}

/** Under --strict nothing may be ignored. */
export function underStrict(diagnostics: readonly Diagnostic[], strict: boolean): readonly Diagnostic[] {
  if (!strict) return diagnostics;
  return diagnostics.map((diagnostic) =>
    diagnostic.code === 'unsupported-key' ? { ...diagnostic, severity: 'error' } : diagnostic,
  );
}

/** In the order in which the files were read and, within one, of the places; those without a place come first. */
export function inOrder(diagnostics: readonly Diagnostic[], files: readonly string[]): Diagnostic[] {
  const rank = ({ at }: Diagnostic) => (at ? 1 + files.indexOf(at.file) : -1);
  return [...diagnostics].sort((a, b) => rank(a) - rank(b) || (a.at?.start ?? 0) - (b.at?.start ?? 0));
}

/** A fault that several services have from one place is told once. */
export function onlyOnce(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const told = new Set<string>();
  return diagnostics.filter(({ at, code, message }) => {
    if (!at) return true;
    const key = `${code} ${at.file} ${at.start} ${at.end} ${message}`;
    return !told.has(key) && told.add(key);
  });
}

/** Adds a label for each file and service through which a value came to count. */
export function withOrigin(diagnostic: Diagnostic, places?: Places): Diagnostic {
  const { at, from, labels = [] } = diagnostic;
  const value = from === undefined ? undefined : places?.(from);
  const isThere = value?.file === at?.file && value?.start === at?.start;
  const chain = viasOf((isThere ? value?.via : undefined) ?? at?.via);
  return chain.length === 0 ? diagnostic : { ...diagnostic, labels: [...labels, ...chain] };
}

function viasOf(via: Via | undefined): Via[] {
  return via ? [via, ...viasOf(via.at.via)] : [];
}

/** Leaves out errors that only follow from a variable that could not be replaced. */
export function withoutEchoes(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const causes = diagnostics.filter(
    ({ code }) => code === 'missing-variable' || code === 'invalid-interpolation',
  );
  if (causes.length === 0) return diagnostics;
  return diagnostics.filter(
    ({ code, at }) =>
      code !== 'invalid-value' || !causes.some((cause) => cause.at && at && encloses(at, cause.at)),
  );
}

function encloses(outer: Place, inner: Place): boolean {
  return outer.file === inner.file && outer.start <= inner.start && outer.end >= inner.end;
}
