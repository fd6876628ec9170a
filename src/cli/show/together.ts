import type { Diagnostic, DiagnosticCode } from '../../base/diagnostic.ts';

/** Those that differ in the name only become one, at the place of the first; it lists all the names. */
export function together(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const kinds = new Map<DiagnosticCode, Diagnostic[]>();
  for (const diagnostic of diagnostics) {
    const kin = kinds.get(diagnostic.code);
    if (diagnostic.subject === undefined) continue;
    if (kin) kin.push(diagnostic);
    else kinds.set(diagnostic.code, [diagnostic]);
  }
  return diagnostics.flatMap((diagnostic) => {
    const summary = diagnostic.subject === undefined ? undefined : summaries[diagnostic.code];
    const kin = kinds.get(diagnostic.code) ?? [];
    if (!summary || kin.length === 1) return [diagnostic];
    return diagnostic === kin[0] ? [summary(diagnostic, namesOf(kin))] : [];
  });
}

const namesOf = (diagnostics: readonly Diagnostic[]): string[] => [
  ...new Set(diagnostics.map(({ subject }) => subject!)),
];

type Summary = (first: Diagnostic, names: readonly string[]) => Diagnostic;

const summaries: Partial<Record<DiagnosticCode, Summary>> = {
  'unset-variable': (first, names) => ({
    ...first,
    message: `${names.length} variables are not set; using empty strings`,
    label: `\`${names[0]}\` is the first of them`,
    notes: [...listed(names), ...(first.notes ?? [])],
    help: `set them, or write \`\${${names[0]}:-}\` for an empty value`,
  }),
  'no-rootfs': (first, names) => ({
    ...first,
    message: `${names.length} services have no root file system`,
    notes: [...listed(names), ...(first.notes ?? [])],
  }),
};

/** In lines of about a hundred characters, for the text of one note is cut. */
function listed(names: readonly string[]): string[] {
  const lines: string[] = [];
  for (const name of names.slice(0, mostNames)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + name.length < lineLength) lines.splice(-1, 1, `${last}, ${name}`);
    else lines.push(name);
  }
  const more = names.length - mostNames;
  return more > 0 ? [...lines, `… and ${more} more`] : lines;
}

const lineLength = 100;
const mostNames = 200;
