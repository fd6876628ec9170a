import type { Tree } from './tree.ts';

/** The type of a value, in words: `this is a list`. */
export function kindOf(tree: Tree): string {
  if (tree.kind !== 'scalar') return tree.kind === 'mapping' ? 'a mapping' : 'a list';
  if (tree.value === null) return 'empty';
  return nounOf(typeof tree.value);
}

/** The word for a kind of value that zod or JavaScript names. */
export function nounOf(kind: string): string {
  return nouns[kind] ?? kind;
}

const nouns: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  null: 'empty',
};

/** `a, b or c`. */
export function listOf(words: readonly string[]): string {
  const choices = words.filter((word) => word !== 'empty');
  return choices.length > 1
    ? `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`
    : (choices[0] ?? 'something else');
}

export function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}

export function didYou(word: string): string {
  return `did you mean ${quote(word)}?`;
}

export function quote(text: string): string {
  return `\`${text}\``;
}
