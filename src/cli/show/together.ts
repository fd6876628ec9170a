import type { Diagnostic, DiagnosticCode } from '../../base/diagnostic.ts';

/** Warnings that differ in the name only become one, at the place of the first; it lists all the names. */
export function together(warnings: readonly Diagnostic[]): Diagnostic[] {
  return warnings.flatMap((warning) => {
    const summary = warning.subject === undefined ? undefined : summaries[warning.code];
    if (!summary) return [warning];
    const kin = warnings.filter(({ code, subject }) => code === warning.code && subject !== undefined);
    if (kin.length === 1) return [warning];
    return warning === kin[0] ? [summary(warning, namesOf(kin))] : [];
  });
}

const namesOf = (warnings: readonly Diagnostic[]): string[] => [
  ...new Set(warnings.map(({ subject }) => subject!)),
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
