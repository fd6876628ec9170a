import type { Diagnostic } from '../../base/diagnostic.ts';
import { interpolate } from '../read/interpolate.ts';

/** An error in a value for which a variable has no value: setting it is the way out, not another value. */
export function withUnsetCauses(
  diagnostics: readonly Diagnostic[],
  texts: ReadonlyMap<string, string>,
): readonly Diagnostic[] {
  const unset = new Set(
    diagnostics.flatMap(({ code, subject }) => (code === 'unset-variable' && subject ? [subject] : [])),
  );
  if (unset.size === 0) return diagnostics;
  return diagnostics.map((diagnostic) => {
    const { code, at } = diagnostic;
    if (!at || !CODES.includes(code)) return diagnostic;
    const names = unsetIn(texts.get(at.file)?.slice(at.start, at.end) ?? '', unset);
    return names.length === 0 ? diagnostic : { ...diagnostic, help: `set ${names.join(' and ')}` };
  });
}

/** Of what a variable without a value can cause. */
const CODES: readonly Diagnostic['code'][] = ['invalid-value', 'invalid-image-name', 'missing-key'];

function unsetIn(value: string, unset: ReadonlySet<string>): string[] {
  const { problems } = interpolate(value, (name) => (unset.has(name) ? undefined : 'set'));
  const names = problems.flatMap((problem) => (problem.kind === 'unset' ? [`\`${problem.name}\``] : []));
  return [...new Set(names)];
}
