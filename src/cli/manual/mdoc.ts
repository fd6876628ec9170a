/** Lines of mdoc(7), the macro language of manual pages. */
export type Lines = readonly string[];

/** Running text, each sentence on a line of its own, words in backticks in bold. No line starts a macro by accident. */
export function text(words: string): Lines {
  return formatted(words)
    .split(/(?<=\.) /)
    .flatMap(wrapped)
    .map(plainStart);
}

function wrapped(sentence: string): Lines {
  const lines: string[] = [];
  let line = '';
  for (const word of sentence.split(' ')) {
    if (line && line.length + 1 + word.length > widest) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, line];
}

/** Terms, each a line of macros, with their descriptions. */
export function list(items: readonly (readonly [macros: string, what: string])[]): Lines {
  if (items.length === 0) return [];
  return [
    '.Bl -tag -width Ds',
    ...items.flatMap(([macros, what]) => [`.It ${macros}`, ...text(what)]),
    '.El',
  ];
}

/** Lines without formatting. */
export function literal(lines: Lines): Lines {
  return ['.Bd -literal -offset indent', ...lines.map((line) => plainStart(escaped(line))), '.Ed'];
}

/** Escapes hyphens, which roff prints as dashes, and backslashes, which start an escape. */
export function escaped(word: string): string {
  return word.replaceAll('\\', '\\e').replaceAll('-', '\\-');
}

/** Longest line for text editors and the linter of manual pages. */
const widest = 78;

function formatted(words: string): string {
  return words
    .split('`')
    .map((part, index) => (index % 2 === 0 ? part.replaceAll('\\', '\\e') : `\\fB${escaped(part)}\\fR`))
    .join('');
}

function plainStart(line: string): string {
  return /^[.']/.test(line) ? `\\&${line}` : line;
}
