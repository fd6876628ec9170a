import type { Row, Template } from './go-template.ts';
import { table } from './table.ts';

/** The lines of a list in a template: one for each row, or with `table` in front aligned columns below a header. */
export function templated(
  rows: readonly Row[],
  { isTable, render, header }: Template,
  options?: Parameters<typeof table>[2],
): readonly string[] {
  if (!isTable) return rows.map(render);
  const [titles = [], ...cells] = [header, ...rows.map(render)].map((line) => line.split('\t'));
  return table(titles, cells, options);
}
