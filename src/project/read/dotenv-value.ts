/** The value of one line of a `.env` file, before its variables are replaced. */
export type DotenvValue = {
  readonly text: string;
  /** The offset behind it: of the end of the line, or behind the closing quote. */
  readonly end: number;
  /** Whether it has no variables. */
  readonly literal: boolean;
  readonly problem?: string;
};

/** Reads a value in quotes, which may span lines, or a bare one, which ends at a comment or with its line. */
export function readDotenvValue(text: string, start: number): DotenvValue {
  const quote = text[start];
  if (quote === "'" || quote === '"') return readQuoted(text, start, quote);
  const line = lineAt(text, start);
  // A `#` directly behind `=` belongs to the value; behind a blank it begins a comment.
  const bare = isBlank(text[start - 1]) ? line.replace(/^#.*$/, '') : line;
  return { text: bare.replace(/[^\S\n]#.*$/, '').trimEnd(), end: start + line.length, literal: false };
}

/** The rest of the line at a position. */
export function lineAt(text: string, position: number): string {
  const end = text.indexOf('\n', position);
  return text.slice(position, end === -1 ? text.length : end);
}

function isBlank(character: string | undefined): boolean {
  return character !== undefined && /\s/.test(character);
}

function readQuoted(text: string, start: number, quote: string): DotenvValue {
  let value = '';
  const special = quote === "'" ? /['\\]/g : /["\\]/g;
  let position = start + 1;
  for (special.lastIndex = position; special.test(text); special.lastIndex = position) {
    const index = special.lastIndex - 1;
    value += text.slice(position, index);
    if (text[index] === quote) return { text: value, end: index + 1, literal: quote === "'" };
    const [escaped, length] = quote === "'" ? literalEscape(text, index) : doubleEscape(text, index);
    value += escaped;
    position = index + length;
  }
  const end = start + lineAt(text, start).length;
  return { text: '', end, literal: true, problem: `the ${quote} is never closed` };
}

function literalEscape(text: string, index: number): [string, number] {
  return text[index + 1] === "'" ? ["'", 2] : ['\\', 1];
}

function doubleEscape(text: string, index: number): [string, number] {
  const octal = /^0[0-7]{1,3}/.exec(text.slice(index + 1, index + 5))?.[0];
  if (octal) return [String.fromCharCode(Number.parseInt(octal, 8)), 1 + octal.length];
  const next = text[index + 1] ?? '';
  // A dollar stays protected from the interpolation that follows.
  return [escapes[next] ?? `\\${next}`, 2];
}

const escapes: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', c: '', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
  ...{ '\\': '\\', '"': '"', $: '$$' },
};
