/** The README with this text between the two comments that bear the name. */
export function withBlock(readme: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->\n`, `<!-- ${name}:end -->`];
  const [before, rest] = readme.split(begin);
  if (rest === undefined || !rest.includes(end)) throw new Error(`the README has no block ${name}`);
  return `${before}${begin}${text}${end}${rest.slice(rest.indexOf(end) + end.length)}`;
}
