import { CST, Lexer } from 'yaml';

/** Where `[` and `{` stand more than so many levels deep; to parse them first would cost seconds. */
export function deeperBracket(text: string, levels: number): number | undefined {
  if (!mayBeDeeper(text, levels)) return undefined;
  let [depth, offset, isScalar] = [0, 0, false];
  for (const token of new Lexer().lex(text)) {
    if (isScalar) isScalar = false;
    else if (token === CST.SCALAR) isScalar = true;
    else if (isOpen(token)) depth++;
    else if (isClosed(token)) depth--;
    if (depth > levels) return offset;
    if (!CONTROLS.has(token)) offset += token.length;
  }
  return undefined;
}

/** Tokens that stand for no text. */
const CONTROLS: ReadonlySet<string> = new Set([CST.SCALAR, CST.DOCUMENT, CST.FLOW_END]);

/** Also where they are text: in quotes, in comments, in blocks. */
function mayBeDeeper(text: string, levels: number): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index]!;
    if (isClosed(character)) depth = Math.max(0, depth - 1);
    else if (isOpen(character) && ++depth > levels) return true;
  }
  return false;
}

const isOpen = (token: string): boolean => token === '[' || token === '{';
const isClosed = (token: string): boolean => token === ']' || token === '}';
